namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>What a machine counts.</summary>
internal sealed class GraphCounters
{
    private readonly long[] _dropped = new long[Enum.GetValues<GraphDropReason>().Length];
    private long _messagesIn;
    private long _messagesOut;
    private long _bytesIn;
    private long _bytesOut;
    private long _recordsUseful;
    private long _recordsDuplicate;
    private long _recordsOld;
    private long _acksUseful;
    private long _acksUseless;
    private long _synchronizations;

    public void Drop(GraphDropReason reason) => _dropped[(int)reason]++;

    public void Send(GraphLink link, int length)
    {
        link.BytesSent += length;
        _messagesOut++;
        _bytesOut += length;
    }

    public void Receive(GraphLink link, int length)
    {
        link.BytesReceived += length;
        _messagesIn++;
        _bytesIn += length;
    }

    public void Record(RecordAge age) => _ = age switch
    {
        RecordAge.New => _recordsUseful++,
        RecordAge.Present => _recordsDuplicate++,
        _ => _recordsOld++,
    };

    public void Ack(bool isUseful) => _ = isUseful ? _acksUseful++ : _acksUseless++;

    public void Synchronize() => _synchronizations++;

    public GraphStatistics Read() => new()
    {
        MessagesIn = _messagesIn,
        MessagesOut = _messagesOut,
        BytesIn = _bytesIn,
        BytesOut = _bytesOut,
        RecordsUseful = _recordsUseful,
        RecordsDuplicate = _recordsDuplicate,
        RecordsOld = _recordsOld,
        AcksUseful = _acksUseful,
        AcksUseless = _acksUseless,
        Synchronizations = _synchronizations,
        Dropped = Enum.GetValues<GraphDropReason>()
            .Where(reason => _dropped[(int)reason] > 0)
            .ToDictionary(reason => reason.ToString(), reason => _dropped[(int)reason]),
    };
}
