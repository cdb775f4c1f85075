using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing;

/// <content>What the machine does to the world. It is kept until the changes of the batch are committed.</content>
internal sealed partial class GraphSession : IGraphEffects
{
    // Bytes of a record that an event keeps; a larger one stays in the database.
    private const int LargestInEvent = 1024;

    private readonly List<Effect> _effects = [];

    void IGraphEffects.Connect(
        int connection, GraphEndpoint endpoint, GraphConnectionContext context, ReadOnlyMemory<byte> authInfo) =>
        _effects.Add(new(connection, default, () => Dial(connection, endpoint, context, authInfo)));

    void IGraphEffects.Authenticate(int connection, GraphConnectionContext context) =>
        _effects.Add(new(connection, default, () => Admit(connection, context)));

    void IGraphEffects.Send(int connection, ReadOnlyMemory<byte> message) => _effects.Add(new(connection, message, null));

    void IGraphEffects.Close(int connection, ReadOnlyMemory<byte> farewell, bool flush) =>
        _effects.Add(new(connection, default, () => Close(connection, farewell, flush)));

    void IGraphEffects.RecordChanged(RecordChange change, GraphRecord record)
    {
        if (_settings.Watcher is { } watcher)
        {
            _effects.Add(new(0, default, () => watcher.Kept(record)));
        }

        if (_context.Observer.IsWatched && !RecordTypes.IsInternal(record.Type))
        {
            var told = new PeerRecordChange((PeerRecordChangeType)((int)change + 1), GraphId, record.Id, record.Type);
            _effects.Add(new(0, default, () => _context.Observer.RecordChanged(WithRecord(told, record))));
        }
    }

    void IGraphEffects.RecordExpired(RecordKey key)
    {
        if (_settings.Watcher is { } watcher)
        {
            _effects.Add(new(0, default, () => watcher.Expired(key)));
        }

        if (_context.Observer.IsWatched && !RecordTypes.IsInternal(key.Type))
        {
            _effects.Add(new(0, default, () => _context.Observer.RecordChanged(
                new(PeerRecordChangeType.Expired, GraphId, key.Id, key.Type))));
        }
    }

    void IGraphEffects.ConnectionChanged(ConnectionChange change, GraphConnectionInfo connection) =>
        _effects.Add(new(connection.Id, default, () => OnConnectionChanged(change, connection)));

    void IGraphEffects.NodeChanged(NodeChange change, GraphNode node) => _effects.Add(new(0, default, () =>
        _context.Observer.NodeChanged(new(Translate(change), Describe(node)))));

    void IGraphEffects.DataReceived(int connection, Guid dataType, ReadOnlyMemory<byte> data)
    {
        // Whose it is has to be asked now: the connection may be over before the batch is committed.
        string peerId = _machine.FindConnection(connection)?.PeerId ?? "";
        _effects.Add(new(connection, default, () => OnDataReceived(connection, peerId, dataType, data)));
    }

    void IGraphEffects.Synchronized(int connection) => _effects.Add(new(connection, default, OnSynchronized));

    void IGraphEffects.StatusChanged(GraphStatus status) => _effects.Add(new(0, default, () =>
    {
        Remember();
        _context.Observer.GraphStatusChanged(Describe());
    }));

    void IGraphEffects.PropertiesChanged(GraphProperties properties) =>
        _effects.Add(new(0, default, () => _context.Observer.GraphPropertyChanged(Describe())));

    void IGraphEffects.DeferredChanged(int count)
    {
        // The number is in the graph's description, for those who ask.
    }

    void IGraphEffects.FindNode() => _effects.Add(new(0, default, FindNode));

    void IGraphEffects.StoreFailed(PeerException failure) => _effects.Add(new(0, default, () =>
        _context.Observer.Failed(GraphId, $"A record of the graph '{GraphId}' could not be kept: {failure.Message}")));

    private PeerRecordChange WithRecord(PeerRecordChange change, GraphRecord record)
    {
        int size = record.Payload.Length + record.SecurityData.Length + record.Attributes.Length;
        return size <= LargestInEvent ? change.With(Describe(record), size) : change.With(() => FindForEvent(record.Id));
    }

    /// <summary>A record for somebody who looks at an event, on any thread but the loop's.</summary>
    private PeerRecord? FindForEvent(Guid id)
    {
        try
        {
            return FindRecordAsync(id).GetAwaiter().GetResult();
        }
        catch (PeerException)
        {
            // The graph was closed since; it has no record to show.
            return null;
        }
    }

    private void PerformEffects()
    {
        // An effect may lead to another one only through the machine, which none of them calls.
        foreach (Effect effect in _effects)
        {
            if (effect.Work is { } work)
            {
                Handle(work);
            }
            else
            {
                Send(effect.Connection, effect.Message.Span);
            }
        }

        _effects.Clear();
    }

    /// <summary>The batch is not in the database. Nobody may believe that it is: the connections concerned are cut, and
    /// whoever is there synchronizes anew.</summary>
    private void DropEffects()
    {
        int[] concerned = [.. _effects.Select(effect => effect.Connection).Where(id => id != 0).Distinct()];
        _effects.Clear();
        foreach (int id in concerned)
        {
            if (_connections.ContainsKey(id))
            {
                Cut(id, ConnectionEnd.Lost);
            }
            else
            {
                // It was to be opened.
                _mailbox.Post(() => _machine.Closed(Now, id, ConnectionEnd.Lost));
            }
        }
    }

    private static PeerGraphNodeChangeType Translate(NodeChange change) => change switch
    {
        NodeChange.Appeared => PeerGraphNodeChangeType.Connected,
        NodeChange.Updated => PeerGraphNodeChangeType.Updated,
        _ => PeerGraphNodeChangeType.Disconnected,
    };

    /// <param name="Connection">The connection it is about; 0 for none.</param>
    /// <param name="Message">What to send, unless there is work.</param>
    /// <param name="Work">What to do.</param>
    private readonly record struct Effect(int Connection, ReadOnlyMemory<byte> Message, Action? Work);
}
