using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Protocol.Synchronization;

/// <summary>Records to be sent to a neighbor, which are read one by one as there is room for them.</summary>
internal abstract class RecordFeed
{
    /// <summary>The next record.</summary>
    /// <param name="record">It, or null where it is gone or changed meanwhile; then there may be more.</param>
    /// <returns>False where there are no more.</returns>
    public abstract bool TryNext(out GraphRecord? record);
}
