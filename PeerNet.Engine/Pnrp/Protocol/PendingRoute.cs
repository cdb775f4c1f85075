namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>One entry of the Pending Route Entry Add List (MS-PNRP 3.1.1): a route entry that is being validated.</summary>
internal sealed class PendingRoute
{
    public required RouteEntry Entry { get; init; }

    /// <summary>Whether a CPA was requested, because the entry falls into a leaf set.</summary>
    public bool NeedCpa { get; init; }

    /// <summary>The nonce that the CPA must repeat.</summary>
    public UInt128 Nonce { get; init; }

    /// <summary>Who flooded the entry; null where it came in another message.</summary>
    public PnrpEndpoint? FloodSource { get; init; }

    /// <summary>The Already Flooded List of that FLOOD.</summary>
    public PnrpEndpoint[] AlreadyFlooded { get; init; } = [];

    /// <summary>A revoke CPA that proves nothing by itself; the entry goes unless its node stands by it.</summary>
    public byte[]? RevokeCpa { get; init; }
}
