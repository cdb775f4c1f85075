using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Records that applications publish: MS-PPGRH 3.1.4.3 to 3.1.4.5.</summary>
internal sealed class ApplicationRecords(GraphCore core, OwnRecords records)
{
    /// <summary>Publishes a record (MS-PPGRH 3.1.4.3).</summary>
    /// <exception cref="PeerException">GraphNotReady, NotAuthorized for an internal type or by the provider,
    /// InvalidRecordExpiration, MaximumRecordSizeExceeded, InvalidAttributes, or what the store says.</exception>
    public GraphRecord Add(RecordDraft draft)
    {
        core.RequireReady();
        GraphRecord record = RecordEdits.Add(
            records.Draft(draft.Type, draft.Payload, draft.Attributes, draft.Expires), core.MaximumRecordSize, core.PeerNow, core.Random);
        record = records.Secure(record, RecordAction.Add);
        records.Publish(record, PeerRecordChangeType.Added);
        if (draft.IsAutoRefreshed)
        {
            records.Refresh(record);
        }

        return record;
    }

    /// <summary>Changes a record (MS-PPGRH 3.1.4.4).</summary>
    /// <exception cref="PeerException">RecordNotFound, InvalidRecord where it has changed meanwhile, and those of
    /// <see cref="Add"/>.</exception>
    public GraphRecord Update(RecordRevision revision)
    {
        GraphRecord current = Require(revision.Id);
        GraphRecord change = current with
        {
            Version = revision.Version ?? current.Version,
            Payload = revision.Payload ?? current.Payload,
            Attributes = revision.Attributes ?? current.Attributes,
            Expires = revision.Expires ?? current.Expires,
        };
        GraphRecord record = RecordEdits.Update(current, change, core.Settings.PeerId, core.MaximumRecordSize, core.PeerNow);
        record = records.Secure(record, RecordAction.Update);
        bool isRefreshed = records.IsRefreshed(record.Id);
        records.Publish(record, PeerRecordChangeType.Updated);
        if (isRefreshed)
        {
            records.Refresh(record);
        }

        return record;
    }

    /// <summary>Deletes a record; its tombstone stays until it expires (MS-PPGRH 3.1.4.5).</summary>
    /// <exception cref="PeerException">As <see cref="Update"/>.</exception>
    public void Delete(Guid id, uint? version)
    {
        GraphRecord current = Require(id);
        if (version is not null && version != current.Version)
        {
            throw PeerErrors.InvalidRecord.Exception(
                $"The record '{id}' has changed meanwhile: it is at version {current.Version}, not {version}. Read it again.",
                id);
        }

        GraphRecord tombstone = RecordEdits.Delete(current, core.Settings.PeerId, core.PeerNow);
        records.Publish(records.Secure(tombstone, RecordAction.Delete), PeerRecordChangeType.Deleted);
    }

    /// <summary>Publishes a record that is secured already, as one of another creator than this node.</summary>
    /// <exception cref="PeerException">GraphNotReady, InvalidRecord where it breaks a rule, or what the store says.</exception>
    public void Publish(GraphRecord record)
    {
        core.RequireReady();
        RecordFault fault = RecordRules.Check(record, core.Settings.GraphId, core.MaximumRecordSize);
        if (fault != RecordFault.None)
        {
            throw PeerErrors.InvalidRecord.Exception($"The record {record.Id} cannot be published ({fault}).", record.Id);
        }

        records.Publish(record, record.Version == 1 ? PeerRecordChangeType.Added : PeerRecordChangeType.Updated);
    }

    private GraphRecord Require(Guid id)
    {
        core.RequireReady();
        return core.Store.Find(id) ?? throw PeerErrors.RecordNotFound.Exception($"There is no record '{id}'.", id);
    }
}
