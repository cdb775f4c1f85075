using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Flooding: MS-PPGRH 3.1.5.2.10, 3.1.5.2.12, 3.1.7.27, 3.1.7.32.</summary>
internal sealed partial class GraphMachine
{
    private const int IdOffset = GraphMessage.GuidLength;

    private readonly RecentFloods _recent;
    private readonly DeferredRecords _deferred;

    /// <summary>Records that wait to be validated again.</summary>
    public int DeferredCount => _deferred.Count;

    /// <summary>Validates the deferred records again, as if they had just been received (MS-PPGRH 3.1.4.10).</summary>
    /// <param name="now">The time.</param>
    /// <param name="verdicts">What the security provider has said of them, where it was asked.</param>
    public void Revalidate(Moment now, IReadOnlyDictionary<GraphRecord, RecordVerdict>? verdicts = null)
    {
        RequirePhase(Phase.Open);
        Enter(now);
        foreach ((GraphRecord record, ReadOnlyMemory<byte> message) in _deferred.Take())
        {
            RecordVerdict? verdict = verdicts is not null && verdicts.TryGetValue(record, out RecordVerdict found) ? found : null;
            Take(record, message, link: null, verdict);
        }

        Settle();
    }

    /// <summary>Records that wait to be validated again.</summary>
    public IReadOnlyList<GraphRecord> ListDeferred() => _deferred.List();

    /// <summary>What the security provider is asked when they are.</summary>
    public IReadOnlyList<RecordQuestion> ListQuestions(IReadOnlyList<GraphRecord> records) => _settings.Provider is null
        ? []
        : [.. records.Select(record => new RecordQuestion(Describe(record), ActionOf(record)))];

    /// <summary>What the security provider has to be asked before a message is received; null for nothing. Who asks it
    /// beforehand, while the machine does other things, passes the verdict on to <see cref="Receive"/>.</summary>
    public RecordQuestion? FindQuestion(int connection, ReadOnlySpan<byte> message)
    {
        bool isFlood = _settings.Provider is not null
            && _phase == Phase.Open
            && _links.TryGetValue(connection, out GraphLink? link)
            && link.IsNeighbor
            && message.Length <= MaximumMessage(link)
            && GraphMessage.TryReadType(message, out GraphMessageType type)
            && type == GraphMessageType.Flood;
        if (!isFlood || !FloodMessage.TryRead(message, out FloodMessage flood) || IsRecent(flood, out _))
        {
            return null;
        }

        GraphRecord? record = ReadRecord(flood.Record.ToArray());
        return record is null ? null : new(Describe(record), ActionOf(record));
    }

    private void HandleFlood(GraphLink link, in FloodMessage flood, RecordVerdict? verdict)
    {
        if (IsRecent(flood, out Guid id))
        {
            Acknowledge(link, id, RecordAge.Present);
            return;
        }

        // The copy is what is passed on, and what the record's payload is a view of.
        byte[] message = GraphMessage.Encode(flood);
        GraphRecord? record = ReadRecord(message.AsMemory(FloodMessage.RecordOffset));
        if (record is null)
        {
            Count(GraphDropReason.InvalidRecord);
            return;
        }

        Take(record, message, link, verdict);
    }

    /// <summary>Whether a record was passed on lately, exactly as it has come now.</summary>
    private bool IsRecent(in FloodMessage flood, out Guid id)
    {
        id = default;
        if (flood.Record.Length < RecordCodec.MinimumLength)
        {
            return false;
        }

        id = GraphMessage.ReadGuid(flood.Record[IdOffset..]);
        ReadOnlyMemory<byte> recent = _recent.Find(id);
        return !recent.IsEmpty && flood.Record.SequenceEqual(recent.Span[FloodMessage.RecordOffset..]);
    }

    /// <summary>A record that breaks no rule; null for another.</summary>
    private GraphRecord? ReadRecord(ReadOnlyMemory<byte> bytes)
    {
        RecordFault fault = RecordRules.Read(bytes, _settings.GraphId, _core.MaximumRecordSize, out GraphRecord? record);
        return fault == RecordFault.None && IsSound(record!) ? record : null;
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

            RecordAge age = Judge(record, out RecordChange change);
            if (age == RecordAge.New && record.Expires <= PeerNow)
            {
                // Expired records are not there any more (MS-PPGRH 1.3.5.2): it must not come back.
                Count(GraphDropReason.ExpiredRecord);
                age = RecordAge.Present;
            }

            if (age == RecordAge.New)
            {
                _store.Put(record);
                AfterPut(record, message, change, link);
            }
            else if (age == RecordAge.Old && link is not null && _store.Find(record.Id) is { } newer)
            {
                SendRecord(link, newer);
            }

            if (link is not null)
            {
                Acknowledge(link, record.Id, age);
            }
        }
        catch (PeerException failure)
        {
            Count(GraphDropReason.StoreFailed);
            _core.Tell(failure);
        }
    }

    /// <summary>Asks the security provider, unless it has said already.</summary>
    private bool IsAccepted(GraphRecord record, ReadOnlyMemory<byte> message, RecordVerdict? verdict)
    {
        if (_settings.Provider is not { } provider)
        {
            return true;
        }

        switch (verdict ?? Validate(provider, record))
        {
            case RecordVerdict.Valid:
                return true;
            case RecordVerdict.Defer:
                int evicted = _deferred.Add(record, message);
                for (int i = 0; i < evicted; i++)
                {
                    Count(GraphDropReason.DeferredOverflow);
                }

                return false;
            default:
                Count(GraphDropReason.RejectedRecord);
                return false;
        }
    }

    private RecordVerdict Validate(IGraphSecurityProvider provider, GraphRecord record)
    {
        try
        {
            return provider.ValidateRecord(Describe(record), ActionOf(record));
        }
#pragma warning disable CA1031 // Providers are not the engine's own, and may be scripts; what one cannot judge is not taken.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _output.Do(new GraphDeed.Failed(PeerErrors.InvalidRecord.Exception(
                $"The security provider failed to judge the record '{record.Id}': {failure.Message}", record.Id, failure)));
            return RecordVerdict.Invalid;
        }
    }

    private RecordAge Judge(GraphRecord record, out RecordChange change)
    {
        change = record.IsDeleted ? RecordChange.Deleted : RecordChange.Added;
        if (!_store.TryGetKey(record.Id, out RecordKey key))
        {
            return RecordAge.New;
        }

        change = record.IsDeleted ? RecordChange.Deleted : RecordChange.Updated;
        int order = record.Version.CompareTo(key.Version);
        if (order == 0 && _store.Find(record.Id) is { } present)
        {
            order = RecordConflict.Compare(record, present);
        }

        return order > 0 ? RecordAge.New : order == 0 ? RecordAge.Present : RecordAge.Old;
    }

    /// <summary>A record is in the store: passes it on and draws the conclusions.</summary>
    private void AfterPut(GraphRecord record, ReadOnlyMemory<byte> message, RecordChange change, GraphLink? except)
    {
        _recent.Add(record.Id, message);
        foreach (GraphLink neighbor in _neighbors)
        {
            if (neighbor != except)
            {
                SendFlood(neighbor, message);
            }
        }

        if (record.IsDeleted)
        {
            _records.Forget(record.Id);
        }

        // MS-PPGRH 3.1.7.3, 3.1.7.10
        _expiration.By(record.Expires);
        AfterInternalPut(record);
        _output.Tell(change, record);
    }

    private void SendRecord(GraphLink link, GraphRecord record) => SendFlood(link, FloodMessage.Encode(record));

    private void SendFlood(GraphLink link, ReadOnlyMemory<byte> message)
    {
        link.Unacknowledged++;
        link.WaitingSince ??= _core.Elapsed;
        Send(link, message);
    }

    // MS-PPGRH 2.2.2.14 lets one ACK speak of several FLOODs.
    private void Acknowledge(GraphLink link, Guid id, RecordAge age)
    {
        _core.Counters.Record(age);
        bool isUseful = age == RecordAge.New;
        link.Utility = GraphFormulas.Utility(link.Utility, isUseful);
        link.Acks.Add(new RecordAck(id, isUseful));
        if (link.Acks.Count >= _options.AcksPerMessage)
        {
            FlushAcks(link);
        }
        else if (link.Acks.Count == 1)
        {
            link.AckDue = _core.Elapsed + _options.AckDelay;
        }
    }

    private void FlushAcks(GraphLink link)
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
        Send(link, GraphMessage.Encode(new AckMessage { Acks = acks }));
    }

    private void HandleAck(GraphLink link, in AckMessage message)
    {
        int count = message.Acks.Length / RecordAck.WireLength;
        if (count > link.Unacknowledged)
        {
            // Nobody can have found more useful than was sent.
            Violate(link, GraphDropReason.Limit);
            return;
        }

        link.Unacknowledged -= count;
        for (int i = 0; i < count; i++)
        {
            bool isUseful = RecordAck.Read(message.Acks[(i * RecordAck.WireLength)..]).IsUseful;
            link.Utility = GraphFormulas.Utility(link.Utility, isUseful);
            _core.Counters.Ack(isUseful);
        }
    }
}
