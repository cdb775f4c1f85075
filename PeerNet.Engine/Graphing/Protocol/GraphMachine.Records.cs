using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Records that are published here: MS-PPGRH 3.1.4.3 to 3.1.4.5, 3.1.7.2 to 3.1.7.9, 3.1.7.28.</summary>
internal sealed partial class GraphMachine
{
    private uint MaximumRecordSize => Properties?.MaximumRecordSize ?? 0;

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
    /// InvalidRecordExpiration, MaximumRecordSizeExceeded, InvalidAttributes, or what the store says.</exception>
    public GraphRecord Add(Moment now, RecordDraft draft)
    {
        RequireReady();
        Enter(now);
        GraphRecord record = RecordEdits.Add(
            Draft(draft.Type, draft.Payload, draft.Attributes, draft.Expires), MaximumRecordSize, PeerNow, _random);
        record = Secure(record, RecordAction.Add);
        Publish(record, RecordChange.Added);
        if (draft.IsAutoRefreshed)
        {
            AutoRefresh(record);
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
        GraphRecord record = RecordEdits.Update(current, change, _settings.PeerId, MaximumRecordSize, PeerNow);
        record = Secure(record, RecordAction.Update);
        bool isAutoRefreshed = _autoRefreshed.Contains(record.Id);
        Publish(record, RecordChange.Updated);
        if (isAutoRefreshed)
        {
            AutoRefresh(record);
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
        Publish(Secure(tombstone, RecordAction.Delete), RecordChange.Deleted);
        Settle();
    }

    private GraphRecord Draft(Guid type, ReadOnlyMemory<byte> payload, string attributes, PeerTime expires)
    {
        PeerTime created = PeerNow;
        return new GraphRecord
        {
            Type = type,
            Id = Guid.Empty,
            Version = 1,
            CreatorId = _settings.PeerId,
            Created = created,
            Modified = created,
            Expires = expires,
            GraphId = _settings.GraphId,
            Payload = payload,
            Attributes = attributes,
        };
    }

    /// <summary>A new internal record.</summary>
    private GraphRecord NewRecord(Guid type, ReadOnlyMemory<byte> payload, PeerTime expires) =>
        Draft(type, payload, "", expires) with { Id = RecordIds.Create(type, _settings.PeerId, _random) };

    /// <summary>The next version of an internal record, also of one whose tombstone alone is left.</summary>
    private GraphRecord Revise(GraphRecord current, ReadOnlyMemory<byte> payload, PeerTime expires) =>
        RecordEdits.Revise(current, _settings.PeerId, PeerNow) with
        {
            IsDeleted = false,
            Payload = payload,
            Expires = current.Expires >= expires ? current.Expires : expires,
        };

    /// <summary>The tombstone of an internal record.</summary>
    private GraphRecord Bury(GraphRecord current) => RecordEdits.Bury(current, _settings.PeerId, PeerNow);

    /// <summary>Lets the security provider add its data.</summary>
    /// <exception cref="PeerException">The provider refuses, or the record cannot be one: its version or times are at
    /// their end.</exception>
    private GraphRecord Secure(GraphRecord record, RecordAction action)
    {
        GraphRecord secured = _settings.Provider is { } provider
            ? record with { SecurityData = provider.SecureRecord(Describe(record), action) }
            : record with { SecurityData = default };
        RecordFault fault = record.Version == 0
            ? RecordFault.Malformed
            : RecordRules.Check(secured, _settings.GraphId, MaximumRecordSize);
        return fault == RecordFault.None
            ? secured
            : throw PeerErrors.InvalidRecord.Exception(
                $"The record {record.Id} cannot be published ({fault}).", record.Id);
    }

    /// <summary>Keeps a record and passes it on.</summary>
    /// <exception cref="PeerException">What the store says; nothing has happened.</exception>
    private void Publish(GraphRecord record, RecordChange change)
    {
        byte[] message = FloodMessage.Encode(record);
        _store.Put(record);
        AfterPut(record, message, change, except: null);
    }

    /// <summary>The same for what nobody waits for.</summary>
    /// <returns>The record as it was published; null where it was not.</returns>
    private GraphRecord? TryPublish(GraphRecord record, RecordAction action)
    {
        try
        {
            GraphRecord secured = Secure(record, action);
            Publish(secured, action switch
            {
                RecordAction.Add => RecordChange.Added,
                RecordAction.Update => RecordChange.Updated,
                _ => RecordChange.Deleted,
            });
            return secured;
        }
        catch (PeerException failure)
        {
            Count(GraphDropReason.StoreFailed);
            _output.Do(new GraphDeed.Failed(failure));
            return null;
        }
    }

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

    private static RecordAction ActionOf(GraphRecord record) =>
        record.IsDeleted ? RecordAction.Delete : record.Version == 1 ? RecordAction.Add : RecordAction.Update;
}
