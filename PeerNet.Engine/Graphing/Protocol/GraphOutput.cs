using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>What a machine and its parts want done, in order, until it is taken.</summary>
internal sealed class GraphOutput
{
    private List<GraphEffect> _waiting = [];
    private List<GraphEffect> _taken = [];

    public void Send(int connection, ReadOnlyMemory<byte> message) => _waiting.Add(GraphEffect.Send(connection, message));

    public void Tell(PeerRecordChangeType change, GraphRecord record) => _waiting.Add(GraphEffect.Tell(change, record));

    /// <param name="connection">Whom it concerns; 0 for nobody.</param>
    /// <param name="deed">What to do.</param>
    public void Do(int connection, GraphDeed deed) => _waiting.Add(GraphEffect.Do(connection, deed));

    public void Do(GraphDeed deed) => Do(0, deed);

    /// <summary>Takes all of it. The list is good until the next call.</summary>
    public IReadOnlyList<GraphEffect> Take()
    {
        (_waiting, _taken) = (_taken, _waiting);
        _waiting.Clear();
        return _taken;
    }
}
