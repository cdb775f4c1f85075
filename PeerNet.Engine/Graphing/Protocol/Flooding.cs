using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Flooding: MS-PPGRH 3.1.5.2.10, 3.1.5.2.12, 3.1.7.27, 3.1.7.32.</summary>
/// <param name="core">What the parts share.</param>
/// <param name="links">The connections.</param>
/// <param name="isSound">Whether a record says something that its type can say.</param>
/// <param name="kept">Told of each record that is in the store and on its way.</param>
internal sealed class Flooding(GraphCore core, GraphLinks links, Func<GraphRecord, bool> isSound, Action<GraphRecord> kept)
{
    private const int IdOffset = GraphMessage.GuidLength;

    private readonly RecentFloods _recent = new(core.Options.RecentRecords, GraphOptions.RecentBytes);
    private readonly FloodPace _pace = new();
    private readonly TimeSpan _turn = TimeSpan.FromMilliseconds(core.NodeId % GraphOptions.HoldSpread);
    private readonly DeferredRecords _deferred = new(core.Options.MaximumDeferred, GraphOptions.MaximumDeferredBytes);

    /// <summary>Records that wait to be validated again.</summary>
    public IReadOnlyList<GraphRecord> ListDeferred() => _deferred.List();

    /// <summary>How many there are.</summary>
    public int DeferredCount => _deferred.Count;

    /// <summary>Validates the deferred records again, as if they had just been received (MS-PPGRH 3.1.4.10).</summary>
    /// <param name="verdicts">What the security provider has said of them, where it was asked.</param>
    public void Revalidate(IReadOnlyDictionary<GraphRecord, RecordVerdict>? verdicts)
    {
        foreach ((GraphRecord record, ReadOnlyMemory<byte> message) in _deferred.Take())
        {
            RecordVerdict? verdict = verdicts is not null && verdicts.TryGetValue(record, out RecordVerdict found) ? found : null;
            Take(record, message, link: null, verdict);
        }
    }

    /// <summary>Keeps a record for later.</summary>
    public void Defer(GraphRecord record, ReadOnlyMemory<byte> message)
    {
        for (int evicted = _deferred.Add(record, message); evicted > 0; evicted--)
        {
            core.Count(GraphDropReason.DeferredOverflow);
        }
    }

    /// <summary>A record is not in the store any more.</summary>
    public void Forget(Guid id) => _recent.Remove(id);

    /// <summary>The store has gone back to an earlier state: what waits for neighbors may not be in it, and these synchronize
    /// anew.</summary>
    public void Reload()
    {
        _recent.Clear();
        foreach (GraphLink link in core.Neighbors.Where(link => link.Held.Due < TimeSpan.MaxValue).ToArray())
        {
            links.Drop(link, ConnectionEnd.Lost);
        }
    }

    /// <summary>What the security provider has to be asked before a message is received; null for nothing.</summary>
    public RecordQuestion? FindQuestion(ReadOnlySpan<byte> message)
    {
        if (!GraphMessage.TryReadType(message, out GraphMessageType type)
            || type != GraphMessageType.Flood
            || !FloodMessage.TryRead(message, out FloodMessage flood)
            || IsRecent(flood, out _, out _))
        {
            return null;
        }

        GraphRecord? record = ReadRecord(flood.Record.ToArray());
        return record is null ? null : RecordQuestion.Of(record);
    }

    public void Handle(GraphLink link, in FloodMessage flood, RecordVerdict? verdict)
    {
        if (IsRecent(flood, out Guid id, out TimeSpan added))
        {
            link.Held.Came(id, core.Elapsed - added);
            Acknowledge(link, id, RecordAge.Present);
            return;
        }

        // The copy is what is passed on, and what the record's payload is a view of.
        byte[] message = GraphMessage.Encode(flood);
        GraphRecord? record = ReadRecord(message.AsMemory(FloodMessage.RecordOffset));
        if (record is null)
        {
            core.Count(GraphDropReason.InvalidRecord);
            return;
        }

        Take(record, message, link, verdict);
    }

    /// <summary>Whether a record was passed on lately, exactly as it has come now.</summary>
    private bool IsRecent(in FloodMessage flood, out Guid id, out TimeSpan added)
    {
        (id, added) = (default, default);
        if (flood.Record.Length < RecordCodec.MinimumLength)
        {
            return false;
        }

        id = GraphMessage.ReadGuid(flood.Record[IdOffset..]);
        (ReadOnlyMemory<byte> recent, added) = _recent.Find(id);
        return !recent.IsEmpty && flood.Record.SequenceEqual(recent.Span[FloodMessage.RecordOffset..]);
    }

    /// <summary>A record that breaks no rule; null for another.</summary>
    private GraphRecord? ReadRecord(ReadOnlyMemory<byte> bytes)
    {
        RecordFault fault = RecordRules.Read(bytes, core.Settings.GraphId, core.MaximumRecordSize, out GraphRecord? record);
        return fault == RecordFault.None && isSound(record!) ? record : null;
    }

    /// <summary>Deals with a received record that breaks no rule.</summary>
    /// <param name="record">The record.</param>
    /// <param name="message">The FLOOD that carries it.</param>
    /// <param name="link">Whom it came from; null for nobody.</param>
    /// <param name="verdict">What the security provider has said of it; null where it was not asked.</param>
    private void Take(GraphRecord record, ReadOnlyMemory<byte> message, GraphLink? link, RecordVerdict? verdict)
    {
        try
        {
            if (!IsAccepted(record, message, verdict))
            {
                return;
            }

            RecordAge age = Judge(record, out PeerRecordChangeType change);
            if (age == RecordAge.New && record.Expires <= core.PeerNow)
            {
                // Expired records are not there any more (MS-PPGRH 1.3.5.2): it must not come back.
                core.Count(GraphDropReason.ExpiredRecord);
                age = RecordAge.Present;
            }

            if (age == RecordAge.New)
            {
                core.Store.Put(record, message[FloodMessage.RecordOffset..]);
                Spread(record, message, change, link);
            }
            else if (age == RecordAge.Old && link is not null && core.Store.Find(record.Id) is { } newer)
            {
                SendRecord(link, newer);
            }

            if (link is not null)
            {
                if (age != RecordAge.Old)
                {
                    link.Held.Remove(record.Id);
                }

                Acknowledge(link, record.Id, age);
            }
        }
        catch (PeerException failure)
        {
            core.Count(GraphDropReason.StoreFailed);
            core.Tell(failure);
        }
    }

    /// <summary>Asks the security provider, unless it has said already.</summary>
    private bool IsAccepted(GraphRecord record, ReadOnlyMemory<byte> message, RecordVerdict? verdict)
    {
        if (core.Settings.Provider is not { } provider)
        {
            return true;
        }

        switch (verdict ?? Validate(provider, record))
        {
            case RecordVerdict.Valid:
                return true;
            case RecordVerdict.Defer:
                Defer(record, message);
                return false;
            default:
                core.Count(GraphDropReason.RejectedRecord);
                return false;
        }
    }

    /// <summary>Asks the security provider.</summary>
    public RecordVerdict Validate(IGraphSecurityProvider provider, GraphRecord record)
    {
        try
        {
            return provider.ValidateRecord(RecordQuestion.Describe(record), RecordQuestion.ActionOf(record));
        }
#pragma warning disable CA1031 // Providers are not the engine's own, and may be scripts; what one cannot judge is not taken.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            core.Output.Do(new GraphDeed.Failed(PeerErrors.InvalidRecord.Exception(
                $"The security provider failed to judge the record '{record.Id}': {failure.Message}", record.Id, failure)));
            return RecordVerdict.Invalid;
        }
    }

    private RecordAge Judge(GraphRecord record, out PeerRecordChangeType change)
    {
        change = record.IsDeleted ? PeerRecordChangeType.Deleted : PeerRecordChangeType.Added;
        if (!core.Store.TryGetKey(record.Id, out RecordKey key))
        {
            return RecordAge.New;
        }

        change = record.IsDeleted ? PeerRecordChangeType.Deleted : PeerRecordChangeType.Updated;
        int order = record.Version.CompareTo(key.Version);
        if (order == 0 && core.Store.Find(record.Id) is { } present)
        {
            order = RecordConflict.Compare(record, present);
        }

        return order > 0 ? RecordAge.New : order == 0 ? RecordAge.Present : RecordAge.Old;
    }

    /// <summary>A record is in the store: passes it on and draws the conclusions.</summary>
    public void Spread(GraphRecord record, ReadOnlyMemory<byte> message, PeerRecordChangeType change, GraphLink? except = null)
    {
        _recent.Add(record.Id, message, core.Elapsed);
        bool isBusy = _pace.Add(core.Elapsed);
        foreach (GraphLink neighbor in core.Neighbors)
        {
            if (neighbor != except && !(isBusy && except is not null && TryHold(neighbor, record.Id, message)))
            {
                neighbor.Held.Remove(record.Id);
                SendFlood(neighbor, message);
            }
        }

        // MS-PPGRH 3.1.7.3, 3.1.7.10
        kept(record);
        core.Output.Tell(change, record);
    }

    /// <summary>Has a record of others wait, where the neighbor, which may have had it from them too, sends its own at once: of two
    /// that would send each other the same, the one with the higher id waits.</summary>
    private bool TryHold(GraphLink neighbor, Guid id, ReadOnlyMemory<byte> message) =>
        core.NodeId > neighbor.NodeId && neighbor.Held.TryAdd(id, message, core.Elapsed + neighbor.Held.Patience + _turn);

    /// <summary>Sends what has waited long enough for what a neighbor sends.</summary>
    public void FlushHeld(GraphLink link, TimeSpan now)
    {
        while (link.Held.TryTake(now, out ReadOnlyMemory<byte> message))
        {
            SendFlood(link, message);
        }
    }

    /// <summary>Sends a record.</summary>
    public void SendRecord(GraphLink link, GraphRecord record) => SendFlood(link, FloodMessage.Encode(record));

    private void SendFlood(GraphLink link, ReadOnlyMemory<byte> message)
    {
        link.Unacknowledged++;
        link.WaitingSince ??= core.Elapsed;
        links.Send(link, message);
    }

    // MS-PPGRH 2.2.2.14 lets one ACK speak of several FLOODs.
    private void Acknowledge(GraphLink link, Guid id, RecordAge age)
    {
        core.Counters.Record(age);
        bool isUseful = age == RecordAge.New;
        link.Utility = GraphFormulas.Utility(link.Utility, isUseful);
        link.Acks.Add(new RecordAck(id, isUseful));
        if (link.Acks.Count >= GraphOptions.AcksPerMessage)
        {
            FlushAcks(link);
        }
        else if (link.Acks.Count == 1)
        {
            link.AckDue = core.Elapsed + GraphOptions.AckDelay;
        }
    }

    /// <summary>Sends the acknowledgements that wait.</summary>
    public void FlushAcks(GraphLink link)
    {
        link.AckDue = TimeSpan.MaxValue;
        if (link.Acks.Count == 0)
        {
            return;
        }

        Span<byte> acks = stackalloc byte[link.Acks.Count * RecordAck.WireLength];
        var writer = new WireWriter(acks);
        foreach (RecordAck ack in link.Acks)
        {
            ack.Write(ref writer);
        }

        link.Acks.Clear();
        links.Send(link, GraphMessage.Encode(new AckMessage { Acks = acks }));
    }

    public void Handle(GraphLink link, in AckMessage message)
    {
        int count = message.Acks.Length / RecordAck.WireLength;
        if (count > link.Unacknowledged)
        {
            // Nobody can have found more useful than was sent.
            links.Violate(link, GraphDropReason.Limit);
            return;
        }

        link.Unacknowledged -= count;
        for (int i = 0; i < count; i++)
        {
            bool isUseful = RecordAck.Read(message.Acks[(i * RecordAck.WireLength)..]).IsUseful;
            link.Utility = GraphFormulas.Utility(link.Utility, isUseful);
            core.Counters.Ack(isUseful);
            if (isUseful)
            {
                link.Held.WasWanted();
            }
        }
    }
}
