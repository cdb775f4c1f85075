using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Records that are published here: MS-PPGRH 3.1.4.3 to 3.1.4.5, 3.1.7.2 to 3.1.7.9, 3.1.7.28.</summary>
internal sealed partial class GraphMachine
{
    private readonly OwnRecords _records;

    /// <summary>Until when publishers should wait for neighbors that lag behind, on the scale of
    /// <see cref="Moment.Elapsed"/>; a time that has passed where there are none. It bounds what waits for neighbors that
    /// read more slowly than this node publishes, who would else be closed for it.</summary>
    public TimeSpan PublishingResumes
    {
        get
        {
            TimeSpan resumes = TimeSpan.MinValue;
            foreach (GraphLink neighbor in _neighbors)
            {
                if (neighbor.LaggingSince + _options.PublishingPatience is { } patience && patience > resumes)
                {
                    resumes = patience;
                }
            }

            return resumes;
        }
    }

    /// <summary>Publishes a record (MS-PPGRH 3.1.4.3).</summary>
    /// <exception cref="PeerException">GraphNotReady, NotAuthorized for an internal type or by the provider,
    /// InvalidRecordExpiration, _core.MaximumRecordSizeExceeded, InvalidAttributes, or what the store says.</exception>
    public GraphRecord Add(Moment now, RecordDraft draft)
    {
        RequireReady();
        Enter(now);
        GraphRecord record = RecordEdits.Add(
            _records.Draft(draft.Type, draft.Payload, draft.Attributes, draft.Expires), _core.MaximumRecordSize, PeerNow, _random);
        record = _records.Secure(record, RecordAction.Add);
        _records.Publish(record, RecordChange.Added);
        if (draft.IsAutoRefreshed)
        {
            _records.Refresh(record);
        }

        Settle();
        return record;
    }

    /// <summary>Changes a record (MS-PPGRH 3.1.4.4).</summary>
    /// <exception cref="PeerException">RecordNotFound, InvalidRecord where it has changed meanwhile, and those of
    /// <see cref="Add"/>.</exception>
    public GraphRecord Update(Moment now, RecordRevision revision)
    {
        RequireReady();
        Enter(now);
        GraphRecord current = RequireRecord(revision.Id);
        GraphRecord change = current with
        {
            Version = revision.Version ?? current.Version,
            Payload = revision.Payload ?? current.Payload,
            Attributes = revision.Attributes ?? current.Attributes,
            Expires = revision.Expires ?? current.Expires,
        };
        GraphRecord record = RecordEdits.Update(current, change, _settings.PeerId, _core.MaximumRecordSize, PeerNow);
        record = _records.Secure(record, RecordAction.Update);
        bool isAutoRefreshed = _records.IsRefreshed(record.Id);
        _records.Publish(record, RecordChange.Updated);
        if (isAutoRefreshed)
        {
            _records.Refresh(record);
        }

        Settle();
        return record;
    }

    /// <summary>Deletes a record; its tombstone stays until it expires (MS-PPGRH 3.1.4.5).</summary>
    /// <exception cref="PeerException">As <see cref="Update"/>.</exception>
    public void Delete(Moment now, Guid id, uint? version = null)
    {
        RequireReady();
        Enter(now);
        GraphRecord current = RequireRecord(id);
        if (version is not null && version != current.Version)
        {
            throw PeerErrors.InvalidRecord.Exception(
                $"The record '{id}' has changed meanwhile: it is at version {current.Version}, not {version}. Read it again.",
                id);
        }

        GraphRecord tombstone = RecordEdits.Delete(current, _settings.PeerId, PeerNow);
        _records.Publish(_records.Secure(tombstone, RecordAction.Delete), RecordChange.Deleted);
        Settle();
    }

    /// <summary>Records that wait to be validated again.</summary>
    public int DeferredCount => _flooding.DeferredCount;

    /// <summary>Records that wait to be validated again.</summary>
    public IReadOnlyList<GraphRecord> ListDeferred() => _flooding.ListDeferred();

    /// <summary>Validates the deferred records again, as if they had just been received (MS-PPGRH 3.1.4.10).</summary>
    /// <param name="now">The time.</param>
    /// <param name="verdicts">What the security provider has said of them, where it was asked.</param>
    public void Revalidate(Moment now, IReadOnlyDictionary<GraphRecord, RecordVerdict>? verdicts = null)
    {
        RequirePhase(Phase.Open);
        Enter(now);
        _flooding.Revalidate(verdicts);
        Settle();
    }

    /// <summary>What the security provider is asked when they are.</summary>
    public IReadOnlyList<RecordQuestion> ListQuestions(IReadOnlyList<GraphRecord> records) => _settings.Provider is null
        ? []
        : [.. records.Select(record => new RecordQuestion(Describe(record), ActionOf(record)))];

    /// <summary>What the security provider has to be asked before a message is received; null for nothing. Who asks it
    /// beforehand, while the machine does other things, passes the verdict on to <see cref="Receive"/>.</summary>
    public RecordQuestion? FindQuestion(int connection, ReadOnlySpan<byte> message) =>
        _settings.Provider is not null
        && _phase == Phase.Open
        && _links.Find(connection) is { IsNeighbor: true } link
        && message.Length <= _links.MaximumMessage(link)
            ? _flooding.FindQuestion(message)
            : null;

    private GraphRecord RequireRecord(Guid id) =>
        _store.Find(id) ?? throw PeerErrors.RecordNotFound.Exception($"There is no record '{id}'.", id);

    internal static GraphSecurityRecord Describe(GraphRecord record) => new(
        record.GraphId,
        record.Type,
        record.Id,
        record.Version,
        record.CreatorId,
        record.ModifierId,
        record.Created.Ticks,
        record.Expires.Ticks,
        record.Modified.Ticks,
        record.IsDeleted,
        record.Attributes,
        record.Payload.ToArray(),
        record.SecurityData.ToArray());

    internal static RecordAction ActionOf(GraphRecord record) =>
        record.IsDeleted ? RecordAction.Delete : record.Version == 1 ? RecordAction.Add : RecordAction.Update;
}
