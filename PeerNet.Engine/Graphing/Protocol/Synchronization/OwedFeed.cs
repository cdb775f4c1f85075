using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Protocol.Synchronization;

/// <summary>The Records To Send of MS-PPGRH 3.1.5.2.8, which follow the SYNC_END. A version that came meanwhile is
/// nothing that the other side lacks.</summary>
internal sealed class OwedFeed(IRecordStore store, IReadOnlyList<RecordAbstract> records) : RecordFeed
{
    private int _position;

    public override bool TryNext(out GraphRecord? record)
    {
        record = null;
        if (_position == records.Count)
        {
            return false;
        }

        RecordAbstract owed = records[_position++];
        record = store.TryGetKey(owed.Id, out RecordKey key) && key.Version == owed.Version ? store.Find(owed.Id) : null;
        return true;
    }
}
