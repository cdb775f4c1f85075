using PeerNet.Engine.Security;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp;

/// <summary>What a node's PNRP is started with.</summary>
internal sealed record PnrpServiceOptions
{
    /// <summary>The suite.</summary>
    public PeerSuite Suite { get; init; }

    /// <summary>The port that was asked for; null prefers <see cref="SeedAddress.DefaultPort"/>.</summary>
    public int? Port { get; init; }

    /// <summary>The local addresses to use.</summary>
    public AddressChoice Addresses { get; init; } = AddressChoice.All;

    /// <summary>Seeds, each of the clouds in whose scope its address is.</summary>
    public IReadOnlyList<string> Seeds { get; init; } = [];
}
