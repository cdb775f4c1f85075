using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Pnrp.Discovery;

/// <summary>Whom discovery works for; called in the cloud's loop.</summary>
internal interface IDiscoveryTarget
{
    /// <summary>Whether the cloud knows too few nodes.</summary>
    bool WantsPeers { get; }

    /// <summary>A node may listen at <paramref name="endpoint"/>.</summary>
    void Found(PnrpEndpoint endpoint);

    /// <summary>A step has yielded all it will.</summary>
    void Completed(DiscoveryStep step);

    /// <summary>The addresses of the seeds are known.</summary>
    void SeedsResolved(IReadOnlyList<PnrpEndpoint> seeds);
}
