using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What an application asks the machine to resolve (MS-PNRP 3.1.4.4).</summary>
internal sealed record ResolveTarget
{
    /// <summary>The P2P ID of the name, and the service location near which its registration should be.</summary>
    public required PnrpId Id { get; init; }

    /// <summary>How much of <see cref="Id"/> a registration has to match.</summary>
    public ResolveCriteria Criteria { get; init; } = ResolveCriteria.AnyPeerName;

    /// <summary>Whether this node's own registrations count (PickBestMatchFromLocalIds).</summary>
    public bool ConsiderLocal { get; init; }

    /// <summary>Whether registrations on an address of this machine are passed over.</summary>
    public bool ExcludeOwnAddresses { get; init; }

    /// <summary>How many registrations are wanted.</summary>
    public int MaxResults { get; init; } = 1;

    /// <summary>The service location suffix of a resolver: the middle of the space (MS-PNRP 3.1.4.4).</summary>
    public const ulong LocationSuffix = 0x8000_0000_0000_0000;
}
