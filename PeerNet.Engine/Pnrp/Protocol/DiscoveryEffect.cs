using System.Net;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What the discovery of a cloud's nodes wants done.</summary>
internal abstract record DiscoveryEffect
{
    private DiscoveryEffect()
    {
    }

    /// <summary>Say <see cref="DiscoveryMachine.Remembered"/> which endpoints were used last.</summary>
    internal sealed record Remember : DiscoveryEffect;

    /// <summary>Say <see cref="DiscoveryMachine.SeedResolved"/> which endpoints a seed has.</summary>
    internal sealed record Resolve(SeedAddress Seed) : DiscoveryEffect;

    /// <summary>Say <see cref="DiscoveryMachine.NeighboursFound"/> whether another process of this machine has PNRP's own
    /// port.</summary>
    internal sealed record FindNeighbours : DiscoveryEffect;

    /// <summary>Send to the group of a link.</summary>
    internal sealed record Say(MulticastPlace Link, byte[] Message) : DiscoveryEffect;

    /// <summary>Send to one who has asked on a link.</summary>
    internal sealed record Answer(MulticastPlace Link, IPEndPoint Destination, byte[] Message) : DiscoveryEffect;

    /// <summary>A node may listen at an endpoint.</summary>
    /// <param name="Endpoint">The endpoint.</param>
    /// <param name="IsHeard">Whether it was heard on a link, and is worth something only where nodes are wanted.</param>
    internal sealed record Found(PnrpEndpoint Endpoint, bool IsHeard) : DiscoveryEffect;

    /// <summary>The addresses of the seeds are known.</summary>
    internal sealed record SeedsKnown(IReadOnlyList<PnrpEndpoint> Seeds) : DiscoveryEffect;

    /// <summary>A step has yielded all it will.</summary>
    internal sealed record Completed(DiscoveryStep Step) : DiscoveryEffect;
}
