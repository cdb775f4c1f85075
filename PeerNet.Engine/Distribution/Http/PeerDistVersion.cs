using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PeerNet.Engine.Distribution.Http;

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
