namespace PeerNet.Engine.Distribution.Http;

/// <summary>What a server may answer a request with, beside plain content (MS-PCCRTP 3.2.5.1).</summary>
/// <param name="Encoding">The version of the encoding: the client's, 1.0 or 1.1.</param>
/// <param name="Versions">The versions of content information that the client reads, best first.</param>
internal sealed record PeerDistOffer(PeerDistVersion Encoding, IReadOnlyList<PeerContentVersion> Versions)
{
    /// <summary>The highest version in an X-P2P-PeerDistEx header may ask for (MS-PCCRTP 2.2).</summary>
    private static readonly PeerDistVersion Highest = PeerDistVersion.V2;

    /// <summary>Reads a request; null where the answer is plain content and nothing else.</summary>
    /// <param name="acceptEncoding">The values of Accept-Encoding.</param>
    /// <param name="parameters">X-P2P-PeerDist; null for none.</param>
    /// <param name="extended">X-P2P-PeerDistEx; null for none.</param>
    public static PeerDistOffer? Read(
        IReadOnlyCollection<string?> acceptEncoding, PeerDistParameters? parameters, PeerDistExParameters? extended)
    {
        // A hash request as in MS-PCCRTP 4 has no Accept-Encoding, which means that any coding will do.
        bool isAccepted = PeerDistHeaders.AcceptsCoding(acceptEncoding)
            || (acceptEncoding.Count == 0 && extended is { HashRequest: true });
        if (!isAccepted
            || parameters is not { Version.Major: 1, IsMissingDataRequest: false }
            || extended is { IsMalformed: true })
        {
            return null;
        }

        if (!parameters.Version.Value.IsAtLeast(PeerDistVersion.V11))
        {
            return new PeerDistOffer(PeerDistVersion.V1, [PeerContentVersion.V1]);
        }

        PeerContentVersion[] versions = GetVersions(extended);
        return versions.Length == 0 ? null : new PeerDistOffer(PeerDistVersion.V11, versions);
    }

    private static PeerContentVersion[] GetVersions(PeerDistExParameters? extended)
    {
        // Without the header, or without the range in it: version 1.0.
        PeerDistVersion minimum = extended?.MinContentInformation ?? PeerDistVersion.V1;
        PeerDistVersion maximum = extended?.MaxContentInformation ?? minimum;
        bool isKnown = minimum.IsAtLeast(PeerDistVersion.V1) && Highest.IsAtLeast(maximum) && maximum.IsAtLeast(minimum);
        return (isKnown, maximum == PeerDistVersion.V2, minimum == PeerDistVersion.V1) switch
        {
            (true, true, true) => [PeerContentVersion.V2, PeerContentVersion.V1],
            (true, true, false) => [PeerContentVersion.V2],
            (true, false, true) => [PeerContentVersion.V1],
            _ => [],
        };
    }
}
