using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>The signature, the lowest node id of the graph: MS-PPGRH 3.1.6.4, 3.1.7.6, 3.1.7.10.3, 3.1.7.11.</summary>
/// <param name="core">What the parts share.</param>
/// <param name="records">Publishes.</param>
/// <param name="changed">Told when it is another one.</param>
internal sealed class GraphSignature(GraphCore core, OwnRecords records, Action changed)
{
    private static readonly TimeSpan CorrectionDelay = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan Reset = TimeSpan.FromHours(24);

    /// <summary>The lowest node id that is known, from the signature record; null without one.</summary>
    public ulong? Value { get; private set; }

    /// <summary>When this node publishes its own id, if need be.</summary>
    public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    /// <summary>The record is in the store.</summary>
    public void Kept(GraphRecord record)
    {
        ulong? before = Value;
        Value = !record.IsDeleted && SignaturePayload.TryRead(record.Payload.Span, out ulong signature) ? signature : null;
        if (Value != core.NodeId)
        {
            records.Forget(RecordTypes.SignatureId);
        }

        Calculate();
        if (Value is not null && Value != before)
        {
            changed();
        }
    }

    /// <summary>The record has expired.</summary>
    public void Forget()
    {
        Value = null;
        records.Forget(RecordTypes.SignatureId);
        Calculate();
    }

    /// <summary>It is to be learned anew.</summary>
    public void Clear() => Value = null;

    public void Calculate()
    {
        if (!core.IsReady || Value <= core.NodeId)
        {
            return;
        }

        TimeSpan delay = Value is null ? GraphFormulas.SignatureDelay(core.NodeId) : CorrectionDelay;
        Due = Moment.Least(Due, core.Elapsed + delay);
    }

    public void Advance()
    {
        if (core.Elapsed < Due)
        {
            return;
        }

        Due = core.Elapsed + Reset;
        if (core.IsReady && !(Value <= core.NodeId))
        {
            Publish();
        }
    }

    public void Withdraw()
    {
        if (Value == core.NodeId)
        {
            records.Withdraw(RecordTypes.SignatureId);
        }
    }

    // The record has one id for ever. So even where its tombstone is left, what follows must be a later version of it, or
    // it would lose against the tombstone everywhere.
    private void Publish() => records.Keep(
        RecordTypes.Signature,
        core.Find(RecordTypes.SignatureId),
        SignaturePayload.Encode(core.NodeId),
        core.PeerNow + GraphOptions.SignatureLifetime);
}
