using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Protocol.Synchronization;

/// <summary>The records of a REQUEST. A version newer than the one asked for is as good.</summary>
/// <param name="store">Where they are.</param>
/// <param name="abstracts">The RECORD_ABSTRACTs of the message.</param>
internal sealed class RequestFeed(IRecordStore store, byte[] abstracts) : RecordFeed
{
    private int _position;

    public override bool TryNext(out GraphRecord? record)
    {
        record = null;
        if (_position == abstracts.Length)
        {
            return false;
        }

        record = store.Find(RecordAbstract.Read(abstracts.AsSpan(_position)).Id);
        _position += RecordAbstract.WireLength;
        return true;
    }
}
