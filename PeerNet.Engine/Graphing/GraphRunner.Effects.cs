using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing;

/// <content>What the machine wants done, which is done when the changes of the batch are committed.</content>
internal sealed partial class GraphRunner
{
    // Bytes of a record that an event keeps; a larger one stays in the database.
    private const int LargestInEvent = 1024;

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

    // An effect may lead to another one only through the machine, which none of them calls.
    private void Perform(GraphEffect effect)
    {
        if (effect.Deed is { } deed)
        {
            Perform(effect.Connection, deed);
        }
        else if (effect.Record is { } record)
        {
            Tell(effect.Change, record);
        }
        else
        {
            Send(effect.Connection, effect.Message.Span);
        }
    }

    private void Perform(int connection, GraphDeed deed)
    {
        switch (deed)
        {
            case GraphDeed.Connect connect:
                Dial(connection, connect.Endpoint, connect.Context, connect.AuthInfo);
                break;
            case GraphDeed.Authenticate authenticate:
                Admit(connection, authenticate.Context);
                break;
            case GraphDeed.Close close:
                Close(connection, close.Farewell, close.Flush);
                break;
            case GraphDeed.RecordExpired expired:
                TellExpired(expired.Key);
                break;
            case GraphDeed.ConnectionChanged changed:
                OnConnectionChanged(changed.Change, changed.Connection);
                break;
            case GraphDeed.NodeChanged changed:
                _context.Observer.NodeChanged(new(changed.Change, Describe(changed.Node)));
                break;
            case GraphDeed.DataReceived received:
                OnDataReceived(connection, received);
                break;
            case GraphDeed.Synchronized:
                OnSynchronized();
                break;
            case GraphDeed.StatusChanged:
                Remember();
                _context.Observer.GraphStatusChanged(Describe());
                break;
            case GraphDeed.PropertiesChanged:
                _context.Observer.GraphPropertyChanged(Describe());
                break;
            case GraphDeed.FindNode:
                FindNode();
                break;
            case GraphDeed.Failed failed:
                _context.Observer.Failed(
                    GraphId, $"A record of the graph '{GraphId}' could not be kept: {failed.Failure.Message}");
                break;
        }
    }

    private void Tell(PeerRecordChangeType change, GraphRecord record)
    {
        _settings.Watcher?.Kept(record);
        if (_context.Observer.IsWatched && !RecordTypes.IsInternal(record.Type))
        {
            var told = new PeerRecordChange(change, GraphId, record.Id, record.Type);
            _context.Observer.RecordChanged(WithRecord(told, record));
        }
    }

    private void TellExpired(RecordKey key)
    {
        _settings.Watcher?.Expired(key);
        if (_context.Observer.IsWatched && !RecordTypes.IsInternal(key.Type))
        {
            _context.Observer.RecordChanged(new(PeerRecordChangeType.Expired, GraphId, key.Id, key.Type));
        }
    }
}
