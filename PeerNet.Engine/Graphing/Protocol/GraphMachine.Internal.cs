using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>What the four internal record types mean when they come and when they expire: MS-PPGRH 3.1.4.2, 3.1.7.10, 3.1.7.18
/// to 3.1.7.21.</summary>
internal sealed partial class GraphMachine
{
    private const int LoadPage = 1000;

    private static readonly Guid[] InternalTypes =
        [RecordTypes.GraphInfo, RecordTypes.Signature, RecordTypes.Contact, RecordTypes.Presence];

    private readonly GraphInfo _info;
    private readonly GraphSignature _signature;
    private readonly Presence _presence;
    private readonly Contacts _contacts;
    private readonly Expiration _expiration;
    private bool _isReloading;

    /// <summary>The store has gone back to an earlier state, as when what was put could not be committed: what is remembered
    /// of its records is read anew. What was told to others in between is for the owner to take back.</summary>
    public void Reload(Moment now)
    {
        RequirePhase(Phase.Open);
        Enter(now);
        _flooding.Forget(null);
        IReadOnlyList<KnownNode> before = _presence.Clear();
        _contacts.Clear();
        _signature.Clear();
        _isReloading = true;
        ReadInternal();
        _isReloading = false;
        foreach (KnownNode gone in before.Where(node => _presence.Known.Find(node.RecordId) is null))
        {
            TellNode(NodeChange.Left, gone);
        }

        _expiration.Schedule();
        _core.IsMaintenanceWanted = true;
        Settle();
    }

    private void ReadInternal()
    {
        var selection = new RecordSelection { Types = InternalTypes };
        RecordKey? last = null;
        IReadOnlyList<RecordKey> page;
        do
        {
            page = _store.ListKeys(selection, last, LoadPage);
            foreach (RecordKey key in page)
            {
                if (_store.Find(key.Id) is { } record)
                {
                    AfterInternalPut(record);
                }

                last = key;
            }
        }
        while (page.Count == LoadPage);
    }

    /// <summary>Whether an internal record says something that it can say. Others always do.</summary>
    private bool IsSound(GraphRecord record)
    {
        if (record.Type == RecordTypes.GraphInfo)
        {
            return _info.IsSound(record);
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
            _info.Kept(record);
        }
        else if (record.Type == RecordTypes.Signature)
        {
            _signature.Kept(record);
        }
        else if (record.Type == RecordTypes.Contact)
        {
            _contacts.Kept(record);
        }
        else if (record.Type == RecordTypes.Presence)
        {
            _presence.Kept(record);
        }
    }

    // MS-PPGRH 3.1.4.2. The types that are synchronized before the others are those that decide about them: they are judged
    // first, and twice, as one of them may decide about another.
    private void LoadDatabase(bool isJudged)
    {
        if (_core.PrioritizedTypes.Count > 0 && _settings.Provider is not null)
        {
            Load(new RecordSelection { Types = _core.PrioritizedTypes }, isJudged: true);
        }

        Load(RecordSelection.All, isJudged);
        if (_store.Find(RecordTypes.GraphInfoId) is { } graphInfo)
        {
            _info.Kept(graphInfo);
            _core.IsReady = true;
        }
    }

    private void Load(RecordSelection selection, bool isJudged)
    {
        List<Guid> unwanted = [];
        RecordKey? last = null;
        IReadOnlyList<RecordKey> page;
        do
        {
            page = _store.ListKeys(selection, last, LoadPage);
            foreach (RecordKey key in page)
            {
                if (!IsLoaded(key, isJudged))
                {
                    unwanted.Add(key.Id);
                }

                last = key;
            }
        }
        while (page.Count == LoadPage);

        foreach (Guid id in unwanted)
        {
            _store.Remove(id);
        }
    }

    private bool IsLoaded(RecordKey key, bool isJudged)
    {
        if (key.Type == RecordTypes.Presence || key.Type == RecordTypes.Contact || key.Type == RecordTypes.Signature)
        {
            return false;
        }

        if (_store.Find(key.Id) is not { } record
            || RecordRules.Check(record, _settings.GraphId, 0) != RecordFault.None
            || !IsSound(record))
        {
            Count(GraphDropReason.InvalidRecord);
            return false;
        }

        RecordVerdict verdict = _settings.Provider is { } provider ? _flooding.Validate(provider, record) : RecordVerdict.Valid;
        if (verdict == RecordVerdict.Invalid)
        {
            Count(GraphDropReason.RejectedRecord);
        }
        else if (verdict == RecordVerdict.Defer && !isJudged)
        {
            _flooding.Defer(record, FloodMessage.Encode(record));
        }

        return verdict == RecordVerdict.Valid || (verdict == RecordVerdict.Defer && isJudged);
    }

    private void TellNode(NodeChange change, KnownNode node)
    {
        if (!_isReloading)
        {
            _output.Do(new GraphDeed.NodeChanged(change, Describe(node)));
        }
    }

    private bool Purge(RecordKey key)
    {
        if (key.Id == RecordTypes.GraphInfoId)
        {
            return false;
        }

        bool isTombstone = _store.Find(key.Id)?.IsDeleted == true;
        _store.Remove(key.Id);
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
            _signature.Forget();
        }
        else if (key.Type == RecordTypes.Contact)
        {
            _contacts.Forget(key.Id);
        }
        else if (key.Type == RecordTypes.Presence)
        {
            _presence.Forget(key.Id);
            _presence.Maintain();
        }

        _output.Do(new GraphDeed.RecordExpired(key));
        return true;
    }

    private void RememberLost(RecordKey key)
    {
        KnownNode? known = key.Type == RecordTypes.Contact ? _contacts.Known.Find(key.Id)
            : key.Type == RecordTypes.Presence ? _presence.Known.Find(key.Id)
            : null;
        if (known is not null && known.NodeId != NodeId && known.Endpoints.All(endpoint => endpoint.IsUsable))
        {
            _lost.Add(known, _core.Elapsed);
        }
    }
}
