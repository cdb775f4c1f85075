namespace PeerNet.Engine.Distribution.Http;

/// <summary>The header X-P2P-PeerDistEx.</summary>
internal sealed record PeerDistExParameters
{
    /// <summary>The lowest version of content information that the client reads.</summary>
    public PeerDistVersion? MinContentInformation { get; init; }

    /// <summary>The highest.</summary>
    public PeerDistVersion? MaxContentInformation { get; init; }

    /// <summary>Whether a version is given that is none.</summary>
    public bool IsMalformed { get; init; }

    /// <summary>In a response: hashes are being made, come back for them.</summary>
    public bool MakeHashRequest { get; init; }

    /// <summary>In a request: the client has come back for them.</summary>
    public bool HashRequest { get; init; }

    /// <summary>Reads the values of the header; null where there are none.</summary>
    public static PeerDistExParameters? Read(IReadOnlyCollection<string?> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        var result = new PeerDistExParameters();
        foreach ((string name, string value) in PeerDistHeaders.ReadParameters(values))
        {
            bool isTrue = value.Equals("true", StringComparison.OrdinalIgnoreCase);
            if (PeerDistHeaders.IsName(name, nameof(MinContentInformation)))
            {
                PeerDistVersion? version = ReadVersion(value);
                result = result with
                {
                    MinContentInformation = result.MinContentInformation ?? version,
                    IsMalformed = result.IsMalformed || version is null,
                };
            }
            else if (PeerDistHeaders.IsName(name, nameof(MaxContentInformation)))
            {
                PeerDistVersion? version = ReadVersion(value);
                result = result with
                {
                    MaxContentInformation = result.MaxContentInformation ?? version,
                    IsMalformed = result.IsMalformed || version is null,
                };
            }
            else if (PeerDistHeaders.IsName(name, nameof(MakeHashRequest)))
            {
                result = result with { MakeHashRequest = result.MakeHashRequest || isTrue };
            }
            else if (PeerDistHeaders.IsName(name, nameof(HashRequest)))
            {
                result = result with { HashRequest = result.HashRequest || isTrue };
            }
        }

        return result;
    }

    /// <summary>The value of the header, as in MS-PCCRTP 4.</summary>
    public override string ToString()
    {
        List<string> parts = [];
        if (MinContentInformation is { } minimum)
        {
            parts.Add($"MinContentInformation={minimum}");
        }

        if (MaxContentInformation is { } maximum)
        {
            parts.Add($"MaxContentInformation={maximum}");
        }

        if (MakeHashRequest)
        {
            parts.Add("MakeHashRequest=true");
        }

        if (HashRequest)
        {
            parts.Add("HashRequest=true");
        }

        return string.Join(", ", parts);
    }

    private static PeerDistVersion? ReadVersion(string value) =>
        PeerDistVersion.TryParse(value, out PeerDistVersion? version) ? version : null;
}
