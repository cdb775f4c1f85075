using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;

namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>Divides what is searched for into probes.</summary>
internal static class ProbeBatches
{
    /// <summary>The ids of each probe: each id once, ids of one length together, as many as fit.</summary>
    public static IEnumerable<SegmentId[]> Of(IEnumerable<SegmentId> ids, PeerContentVersion version) => ids
        .Where(id => id != default)
        .Distinct()
        .GroupBy(id => id.Bytes.Length)
        .SelectMany(group => group.Chunk(Probe.CapacityFor(version, group.Key)));
}
