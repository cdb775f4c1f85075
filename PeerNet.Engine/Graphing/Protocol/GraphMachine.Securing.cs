using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>What whoever secures the graph asks of it.</summary>
internal sealed partial class GraphMachine
{
    /// <summary>Publishes a record that is secured already, as one of another creator than this node.</summary>
    /// <exception cref="PeerException">GraphNotReady, InvalidRecord where it breaks a rule, or what the store says.</exception>
    public void Publish(Moment now, GraphRecord record)
    {
        RequireReady();
        Enter(now);
        RecordFault fault = RecordRules.Check(record, _settings.GraphId, _core.MaximumRecordSize);
        if (fault != RecordFault.None)
        {
            throw PeerErrors.InvalidRecord.Exception($"The record {record.Id} cannot be published ({fault}).", record.Id);
        }

        _records.Publish(record, record.Version == 1 ? RecordChange.Added : RecordChange.Updated);
        Settle();
    }

    /// <summary>Ends all connections with a peer that counts no more. What was sent to it before, leaves before.</summary>
    public void Expel(Moment now, string peerId)
    {
        RequirePhase(Phase.Open);
        Enter(now);
        foreach (GraphLink link in _links.All.Where(link => link.PeerId == peerId).ToArray())
        {
            _links.Drop(link, ConnectionEnd.NotAuthenticated, DisconnectReason.LeastUseful);
        }

        Settle();
    }

    /// <summary>Takes records out of the database that do not count any more.</summary>
    /// <param name="now">The time.</param>
    /// <param name="since">Only those that were changed then or later.</param>
    /// <param name="falls">Which.</param>
    public void Purge(Moment now, PeerTime since, Predicate<GraphSecurityRecord> falls)
    {
        RequirePhase(Phase.Open);
        Enter(now);
        var selection = new RecordSelection { ModifiedSince = since };
        List<RecordKey> fallen = [];
        RecordKey? last = null;
        IReadOnlyList<RecordKey> page;
        do
        {
            page = _store.ListKeys(selection, last, LoadPage);
            fallen.AddRange(page.Where(key => _store.Find(key.Id) is { } record && falls(Describe(record))));
            last = page.Count > 0 ? page[^1] : last;
        }
        while (page.Count == LoadPage);

        foreach (RecordKey key in fallen)
        {
            Purge(key);
        }

        Settle();
    }
}
