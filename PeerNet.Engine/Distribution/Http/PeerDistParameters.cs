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
