namespace PeerNet.Engine.Graphing.Protocol.Synchronization;

/// <summary>What this node is doing for a neighbor's synchronization: one of both.</summary>
internal sealed class ServedSync
{
    /// <summary>The records to send before SYNC_END.</summary>
    public RecordFeed? Feed { get; init; }

    /// <summary>The hashes that are being compared, for ADVERTISE.</summary>
    public RangeComparison? Comparison { get; init; }
}
