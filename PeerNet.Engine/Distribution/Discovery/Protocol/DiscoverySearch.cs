namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>A search that runs in the machine: some probes that were sent at once.</summary>
/// <param name="found">Told of each peer, those included that answer when all is over.</param>
/// <param name="completed">Told when the last request timer has run out.</param>
internal sealed class DiscoverySearch(Action<FoundPeer> found, Action completed)
{
    /// <summary>Most probes of a search.</summary>
    public const int MaximumProbes = 16;

    /// <summary>The probes that still wait.</summary>
    public List<OutstandingProbe> Probes { get; } = [];

    public void Found(FoundPeer peer) => found(peer);

    public void Complete() => completed();
}
