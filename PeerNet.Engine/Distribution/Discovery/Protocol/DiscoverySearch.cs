using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;

namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>A search: probes that wait for answers, and those that are still to be sent.</summary>
/// <param name="id">What it is told of by.</param>
/// <param name="version">The form of the probes.</param>
/// <param name="ids">The segments.</param>
internal sealed class DiscoverySearch(int id, PeerContentVersion version, IEnumerable<SegmentId> ids)
{
    public int Id => id;

    public PeerContentVersion Version => version;

    /// <summary>The ids of each probe that is still to be sent.</summary>
    public Queue<SegmentId[]> Rest { get; } = new(Divide(ids, version));

    /// <summary>The probes that wait.</summary>
    public List<OutstandingProbe> Probes { get; } = [];

    /// <summary>The ids of each probe: each id once, ids of one length together, as many as fit.</summary>
    public static IEnumerable<SegmentId[]> Divide(IEnumerable<SegmentId> ids, PeerContentVersion version) => ids
        .Where(id => id != default)
        .Distinct()
        .GroupBy(id => id.Bytes.Length)
        .SelectMany(group => group.Chunk(Probe.CapacityFor(version, group.Key)));
}
