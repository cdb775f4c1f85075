using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>The graph's own records, and what they say when they come and when they expire: MS-PPGRH 3.1.4.2, 3.1.7.10, 3.1.7.18
/// to 3.1.7.21.</summary>
internal sealed class InternalRecords
{
    private const int LoadPage = 1000;

    private static readonly Guid[] TypesOfTheMoment = [RecordTypes.Signature, RecordTypes.Contact, RecordTypes.Presence];
    private static readonly Guid[] InternalTypes = [RecordTypes.GraphInfo, .. TypesOfTheMoment];

    private readonly GraphCore _core;
    private readonly OwnRecords _records;
    private readonly Flooding _flooding;
    private readonly Judging _judging;
    private bool _isReloading;

    /// <param name="core">What the parts share.</param>
    /// <param name="records">Publishes.</param>
    /// <param name="links">The connections.</param>
    /// <param name="flooding">Judges and defers records.</param>
    /// <param name="suspect">Told when the graph may be split.</param>
    public InternalRecords(GraphCore core, OwnRecords records, GraphLinks links, Flooding flooding, Action suspect)
    {
        (_core, _records, _flooding) = (core, records, flooding);
        Signature = new(core, records, () =>
        {
            Contacts!.Refresh();
            suspect();
        });
        Info = new(core, records, Signature, () => Presence!.Maintain());
        Presence = new(core, records, node => Lost.Remove(node.NodeId), Tell);
        Contacts = new(core, records, Signature, node =>
        {
            Lost.Remove(node.NodeId);
            suspect();
        });
        Nodes = new(core, links, Presence, Contacts);
        Expiration = new(core, Purge);
        _judging = new(core);
    }

    public GraphInfo Info { get; }

    public GraphSignature Signature { get; }

    public Presence Presence { get; }

    public Contacts Contacts { get; }

    public GraphNodes Nodes { get; }

    public Expiration Expiration { get; }

    /// <summary>Nodes that were known and are not any more, though nobody has withdrawn them.</summary>
    public LostNodes Lost { get; } = new();

    /// <summary>When there is something to do next.</summary>
    public TimeSpan Due => Moment.Least(Signature.Due, Contacts.Due, Presence.Due, Info.Due, Expiration.Due, _judging.Due);

    public void Advance()
    {
        Signature.Advance();
        Contacts.Advance();
        Presence.Advance();
        Info.Advance();
        Expiration.Advance();
        _judging.Advance();
    }

    /// <summary>Looks whether this node has something to publish or to withdraw.</summary>
    public void Maintain()
    {
        Signature.Calculate();
        Contacts.Schedule();
        Presence.Maintain();
    }

    /// <summary>This node is reached elsewhere, or no more.</summary>
    public void Announce()
    {
        Contacts.Refresh();
        Presence.Refresh();
        Presence.Maintain();
    }

    /// <summary>This node leaves.</summary>
    public void Withdraw()
    {
        Contacts.Withdraw();
        Presence.Withdraw();
        Signature.Withdraw();
    }

    /// <summary>Peer time is another one.</summary>
    public void TimeChanged()
    {
        Expiration.Schedule();
        _records.Schedule();
        Info.Schedule();
    }

    /// <summary>A record is in the store.</summary>
    public void Kept(GraphRecord record)
    {
        if (record.IsDeleted)
        {
            _records.Forget(record.Id);
        }

        Expiration.By(record.Expires);
        AfterInternalPut(record);
    }

    /// <summary>The store has gone back to an earlier state: what is remembered of its records is read anew.</summary>
    public void Reload()
    {
        _flooding.Reload();
        _core.Store.Restart();
        _judging.Begin();
        IReadOnlyList<KnownNode> before = Presence.Clear();
        Contacts.Clear();
        Signature.Clear();
        _isReloading = true;
        ReadInternal();
        _isReloading = false;
        foreach (KnownNode gone in before.Where(node => Presence.Known.Find(node.RecordId) is null))
        {
            Tell(PeerGraphNodeChangeType.Disconnected, gone);
        }

        Expiration.Schedule();

        _core.IsMaintenanceWanted = true;
    }

    /// <summary>Takes records out of the database that do not count any more.</summary>
    /// <param name="since">Only those that were changed then or later.</param>
    /// <param name="falls">Which.</param>
    public void Purge(PeerTime since, Predicate<GraphSecurityRecord> falls)
    {
        var selection = new RecordSelection { ModifiedSince = since };
        List<RecordKey> fallen = [];
        foreach (RecordKey key in List(selection))
        {
            if (_core.Store.Find(key.Id) is { } record && falls(RecordQuestion.Describe(record)))
            {
                fallen.Add(key);
            }
        }

        fallen.ForEach(key => Purge(key));
    }

    // Page by page, so that memory does not grow with the database.
    private IEnumerable<RecordKey> List(RecordSelection selection)
    {
        RecordKey? last = null;
        IReadOnlyList<RecordKey> page;
        do
        {
            page = _core.Store.ListKeys(selection, last, LoadPage);
            foreach (RecordKey key in page)
            {
                yield return key;
                last = key;
            }
        }
        while (page.Count == LoadPage);
    }

    private void ReadInternal()
    {
        foreach (RecordKey key in List(new RecordSelection { Types = InternalTypes }))
        {
            if (_core.Store.Find(key.Id) is { } record)
            {
                AfterInternalPut(record);
            }
        }
    }

    /// <summary>Whether an internal record says something that it can say. Others always do.</summary>
    public bool IsSound(GraphRecord record)
    {
        if (record.Type == RecordTypes.GraphInfo)
        {
            return Info.IsSound(record);
        }

        // The type of a record never changes (MS-PPGRH 3.1.7.8).
        return record.IsDeleted
            || (record.Type == RecordTypes.Signature ? SignaturePayload.TryRead(record.Payload.Span, out _)
                : record.Type == RecordTypes.Contact ? ContactPayload.TryRead(record.Payload.Span, out _)
                : record.Type != RecordTypes.Presence || PresencePayload.TryRead(record.Payload.Span, out _));
    }

    private void AfterInternalPut(GraphRecord record)
    {
        if (record.Type == RecordTypes.GraphInfo)
        {
            Info.Kept(record);
        }
        else if (record.Type == RecordTypes.Signature)
        {
            Signature.Kept(record);
        }
        else if (record.Type == RecordTypes.Contact)
        {
            Contacts.Kept(record);
        }
        else if (record.Type == RecordTypes.Presence)
        {
            Presence.Kept(record);
        }
    }

    // MS-PPGRH 3.1.4.2. Few records are judged at once. Of many, the rest is while the graph is open, unless nobody has judged
    // them ever: whoever they are from, they wait then, and are not to be forgotten.
    public void Load(bool isJudged)
    {
        Remove(new RecordSelection { Types = TypesOfTheMoment }, _ => true);
        if (_core.Settings.Provider is null)
        {
            Remove(new RecordSelection { Types = [RecordTypes.GraphInfo] }, record => !IsLoaded(record, isJudged));
        }
        else
        {
            Judge(isJudged);
        }

        if (_core.Store.Find(RecordTypes.GraphInfoId) is { } graphInfo)
        {
            Info.Kept(graphInfo);
            _core.IsReady = true;
        }
    }

    // The types that are synchronized before the others are those that decide about them: they are judged first, and twice, as
    // one of them may decide about another.
    private void Judge(bool isJudged)
    {
        var deciding = new RecordSelection { Types = _core.PrioritizedTypes };
        if (deciding.Types.Count > 0)
        {
            Remove(deciding, record => !IsLoaded(record, isJudged: true));
        }

        // What is listed is judged.
        _core.Store.Begin(record => IsLoaded(record, isJudged));
        foreach (RecordKey _ in deciding.Types.Count > 0 ? List(deciding) : [])
        {
        }

        while (!_core.Store.Step(LoadPage) && !isJudged)
        {
            // The next page.
        }

        _judging.Begin();
    }

    private void Remove(RecordSelection selection, Predicate<GraphRecord> isUnwanted)
    {
        RecordKey[] unwanted =
            [.. List(selection).Where(key => _core.Store.Find(key.Id) is { } record && isUnwanted(record))];
        foreach (RecordKey key in unwanted)
        {
            _core.Store.Remove(key.Id);
        }
    }

    private bool IsLoaded(GraphRecord record, bool isJudged)
    {
        if (RecordRules.Check(record, _core.Settings.GraphId, 0) != RecordFault.None || !IsSound(record))
        {
            _core.Count(GraphDropReason.InvalidRecord);
            return false;
        }

        RecordVerdict verdict = _core.Settings.Provider is { } provider ? _flooding.Validate(provider, record) : RecordVerdict.Valid;
        if (verdict == RecordVerdict.Invalid)
        {
            _core.Count(GraphDropReason.RejectedRecord);
        }
        else if (verdict == RecordVerdict.Defer && !isJudged)
        {
            _flooding.Defer(record, FloodMessage.Encode(record));
        }

        return verdict == RecordVerdict.Valid || (verdict == RecordVerdict.Defer && isJudged);
    }

    private void Tell(PeerGraphNodeChangeType change, KnownNode node)
    {
        if (!_isReloading)
        {
            _core.Output.Do(new GraphDeed.NodeChanged(change, Nodes.Describe(node)));
        }
    }

    /// <summary>Takes a record out of the database.</summary>
    /// <returns>Whether it is gone.</returns>
    public bool Purge(RecordKey key)
    {
        if (key.Id == RecordTypes.GraphInfoId)
        {
            return false;
        }

        bool isTombstone = _core.Store.Find(key.Id)?.IsDeleted == true;
        _core.Store.Remove(key.Id);
        _flooding.Forget(key.Id);
        _records.Forget(key.Id);
        if (isTombstone)
        {
            return true;
        }

        RememberLost(key);

        // MS-PPGRH 3.1.7.18 to 3.1.7.21
        if (key.Type == RecordTypes.Signature)
        {
            Signature.Forget();
        }
        else if (key.Type == RecordTypes.Contact)
        {
            Contacts.Forget(key.Id);
        }
        else if (key.Type == RecordTypes.Presence)
        {
            Presence.Forget(key.Id);
            Presence.Maintain();
        }

        _core.Output.Do(new GraphDeed.RecordExpired(key));
        return true;
    }

    private void RememberLost(RecordKey key)
    {
        KnownNode? known = key.Type == RecordTypes.Contact ? Contacts.Known.Find(key.Id)
            : key.Type == RecordTypes.Presence ? Presence.Known.Find(key.Id)
            : null;
        if (known is not null && known.NodeId != _core.NodeId && known.Endpoints.All(endpoint => endpoint.IsUsable))
        {
            Lost.Add(known, _core.Elapsed);
        }
    }
}
