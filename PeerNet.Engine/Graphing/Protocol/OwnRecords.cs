using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Records that this node publishes, and those of them that it renews: MS-PPGRH 3.1.6.8, 3.1.7.2 to 3.1.7.9, 3.1.7.22,
/// 3.1.7.28.</summary>
/// <param name="core">What the parts share.</param>
/// <param name="kept">Called with each record that is in the store, and the FLOOD that carries it.</param>
internal sealed class OwnRecords(GraphCore core, Action<GraphRecord, ReadOnlyMemory<byte>, PeerRecordChangeType> kept)
{
    /// <summary>Nothing is renewed sooner than this from now.</summary>
    public static readonly TimeSpan ShortestRefresh = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan LongestRefresh = TimeSpan.FromHours(24);
    private static readonly TimeSpan RefreshLead = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromSeconds(300);

    private readonly AutoRefreshList _refreshed = new();

    /// <summary>When the next record is to be renewed.</summary>
    public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    /// <summary>A record that is not published yet.</summary>
    public GraphRecord Draft(Guid type, ReadOnlyMemory<byte> payload, string attributes, PeerTime expires) => new()
    {
        Type = type,
        Id = Guid.Empty,
        Version = 1,
        CreatorId = core.Settings.PeerId,
        Created = core.PeerNow,
        Modified = core.PeerNow,
        Expires = expires,
        GraphId = core.Settings.GraphId,
        Payload = payload,
        Attributes = attributes,
    };

    /// <summary>A new internal record.</summary>
    public GraphRecord New(Guid type, ReadOnlyMemory<byte> payload, PeerTime expires) =>
        Draft(type, payload, "", expires) with { Id = RecordIds.Create(type, core.Settings.PeerId, core.Random) };

    /// <summary>The next version of an internal record, also of one whose tombstone alone is left.</summary>
    public GraphRecord Revise(GraphRecord current, ReadOnlyMemory<byte> payload, PeerTime expires) =>
        RecordEdits.Revise(current, core.Settings.PeerId, core.PeerNow) with
        {
            IsDeleted = false,
            Payload = payload,
            Expires = current.Expires >= expires ? current.Expires : expires,
        };

    /// <summary>Publishes an internal record, as a later version of the one there is, and renews it from then on.</summary>
    public void Keep(Guid type, GraphRecord? existing, ReadOnlyMemory<byte> payload, PeerTime expires)
    {
        GraphRecord? published = existing is not null
            ? TryPublish(Revise(existing, payload, expires), RecordAction.Update)
            : TryPublish(New(type, payload, expires), RecordAction.Add);
        if (published is not null)
        {
            Refresh(published);
        }
    }

    /// <summary>Leaves a tombstone of an internal record, where there is one.</summary>
    public void Withdraw(Guid id)
    {
        if (core.Find(id) is { IsDeleted: false } record)
        {
            TryPublish(RecordEdits.Bury(record, core.Settings.PeerId, core.PeerNow), RecordAction.Delete);
        }
    }

    /// <summary>Lets the security provider add its data.</summary>
    /// <exception cref="PeerException">The provider refuses, or the record cannot be one: its version or times are at
    /// their end.</exception>
    public GraphRecord Secure(GraphRecord record, RecordAction action)
    {
        GraphRecord secured = core.Settings.Provider is { } provider
            ? record with { SecurityData = provider.SecureRecord(RecordQuestion.Describe(record), action) }
            : record with { SecurityData = default };
        RecordFault fault = record.Version == 0
            ? RecordFault.Malformed
            : RecordRules.Check(secured, core.Settings.GraphId, core.MaximumRecordSize);
        return fault == RecordFault.None
            ? secured
            : throw PeerErrors.InvalidRecord.Exception(
                $"The record {record.Id} cannot be published ({fault}).", record.Id);
    }

    /// <summary>Keeps a record and passes it on.</summary>
    /// <exception cref="PeerException">What the store says; nothing has happened.</exception>
    public void Publish(GraphRecord record, PeerRecordChangeType change)
    {
        byte[] message = FloodMessage.Encode(record);
        core.Store.Put(record, message.AsMemory(FloodMessage.RecordOffset));
        kept(record, message, change);
    }

    /// <summary>The same for what nobody waits for.</summary>
    /// <returns>The record as it was published; null where it was not.</returns>
    public GraphRecord? TryPublish(GraphRecord record, RecordAction action)
    {
        try
        {
            GraphRecord secured = Secure(record, action);
            Publish(secured, action switch
            {
                RecordAction.Add => PeerRecordChangeType.Added,
                RecordAction.Update => PeerRecordChangeType.Updated,
                _ => PeerRecordChangeType.Deleted,
            });
            return secured;
        }
        catch (PeerException failure)
        {
            core.Count(GraphDropReason.StoreFailed);
            core.Tell(failure);
            return null;
        }
    }

    /// <summary>Whether this node renews a record.</summary>
    public bool IsRefreshed(Guid id) => _refreshed.Contains(id);

    /// <summary>Renews a record before it expires, from now on.</summary>
    public void Refresh(GraphRecord record)
    {
        _refreshed.Add(record);
        Schedule();
    }

    /// <summary>Renews a record no more.</summary>
    public void Forget(Guid id) => _refreshed.Remove(id);

    /// <summary>Peer time may have changed.</summary>
    public void Schedule() => Due = _refreshed.Next is { } next
        ? core.Elapsed + Clamp(next - core.PeerNow - RefreshLead)
        : TimeSpan.MaxValue;

    // The text sets the timer to the moment at which a record expires, where it would be too late.
    public void Advance()
    {
        if (core.Elapsed < Due)
        {
            return;
        }

        // Each once: what lives shorter than the lead is due again at once.
        List<Guid> expiring = [];
        while (_refreshed.TakeExpiring(core.PeerNow + RefreshLead) is { } id)
        {
            expiring.Add(id);
        }

        foreach (Guid id in expiring)
        {
            // What could not be renewed is not tried for ever; maintenance publishes internal records again.
            if (core.Find(id) is { IsDeleted: false } record
                && TryPublish(Renew(record), RecordAction.Update) is { } renewed)
            {
                _refreshed.Add(renewed);
            }
        }

        Schedule();
    }

    private GraphRecord Renew(GraphRecord record)
    {
        TimeSpan lifetime = record.Expires > record.Modified ? record.Expires - record.Modified : DefaultLifetime;
        return Revise(record, record.Payload, core.PeerNow + lifetime);
    }

    private static TimeSpan Clamp(TimeSpan delay) =>
        delay < ShortestRefresh ? ShortestRefresh : Moment.Least(delay, LongestRefresh);
}
