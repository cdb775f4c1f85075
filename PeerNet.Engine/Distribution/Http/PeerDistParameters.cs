using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>The header X-P2P-PeerDist.</summary>
internal sealed record PeerDistParameters
{
    /// <summary>In a request the highest version of the encoding that the client knows, in a response the one used.</summary>
    public PeerDistVersion? Version { get; init; }

    /// <summary>Bytes of the body before it was encoded; null where it is not said, or said twice in different ways.</summary>
    public long? ContentLength { get; init; }

    /// <summary>Whether the client asks for bytes that no peer has. Any value but false says so.</summary>
    public bool IsMissingDataRequest { get; init; }

    /// <summary>Reads the values of the header; null where there are none.</summary>
    public static PeerDistParameters? Read(IReadOnlyCollection<string?> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        PeerDistVersion? version = null;
        bool isMissingDataRequest = false;
        HashSet<long> lengths = [];
        foreach ((string name, string value) in PeerDistHeaders.ReadParameters(values))
        {
            if (PeerDistHeaders.IsName(name, "Version"))
            {
                version ??= PeerDistVersion.TryParse(value, out PeerDistVersion? parsed) ? parsed : null;
            }
            else if (PeerDistHeaders.IsName(name, "ContentLength"))
            {
                lengths.Add(long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long length) ? length : -1);
            }
            else if (PeerDistHeaders.IsName(name, "MissingDataRequest"))
            {
                isMissingDataRequest |= !value.Equals("false", StringComparison.OrdinalIgnoreCase);
            }
        }

        return new PeerDistParameters
        {
            Version = version,
            ContentLength = lengths.Count == 1 && lengths.Single() is >= 0 and var only ? only : null,
            IsMissingDataRequest = isMissingDataRequest,
        };
    }

    /// <summary>The value of the header, as in MS-PCCRTP 4.</summary>
    public override string ToString()
    {
        List<string> parts = [];
        if (Version is { } version)
        {
            parts.Add($"Version={version}");
        }

        if (ContentLength is { } length)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"ContentLength={length}"));
        }

        if (IsMissingDataRequest)
        {
            parts.Add("MissingDataRequest=true");
        }

        return string.Join(", ", parts);
    }
}

/// <summary>A version in a header: two numbers of any length, so that 1.23 is above 1.3 (MS-PCCRTP 2.2). Numbers beyond
/// <see cref="int.MaxValue"/> count as that.</summary>
internal readonly record struct PeerDistVersion(int Major, int Minor)
{
    /// <summary>Encoding version 1.0, and version 1.0 of content information.</summary>
    public static readonly PeerDistVersion V1 = new(1, 0);

    /// <summary>Encoding version 1.1, which knows versions of content information.</summary>
    public static readonly PeerDistVersion V11 = new(1, 1);

    /// <summary>Version 2.0 of content information.</summary>
    public static readonly PeerDistVersion V2 = new(2, 0);

    /// <summary>Reads <c>major.minor</c>, without a space.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out PeerDistVersion? version)
    {
        int dot = text.IndexOf('.');
        bool isVersion = TryParseNumber(text[..Math.Max(dot, 0)], out int major)
            & TryParseNumber(text[(dot + 1)..], out int minor);
        version = isVersion ? new PeerDistVersion(major, minor) : null;
        return isVersion;
    }

    /// <summary>Whether this is <paramref name="other"/> or comes after it.</summary>
    public bool IsAtLeast(PeerDistVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor)) >= 0;

    /// <summary>As in a header.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private static bool TryParseNumber(ReadOnlySpan<char> digits, out int number)
    {
        number = 0;
        foreach (char digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            number = (int)Math.Min(((long)number * 10) + (digit - '0'), int.MaxValue);
        }

        return digits.Length > 0;
    }
}
