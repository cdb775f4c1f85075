using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>The signature, the lowest node id of the graph: MS-PPGRH 3.1.6.4, 3.1.7.6, 3.1.7.10.3, 3.1.7.11.</summary>
internal sealed partial class GraphMachine
{
    private static readonly TimeSpan CorrectionDelay = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan SignatureReset = TimeSpan.FromHours(24);

    private ulong? _signature;
    private TimeSpan _signatureDue = TimeSpan.MaxValue;

    /// <summary>The lowest node id that is known, from the signature record; null without one.</summary>
    public ulong? Signature => _signature;

    private void AfterSignature(GraphRecord record)
    {
        ulong? before = _signature;
        _signature = !record.IsDeleted && SignaturePayload.TryRead(record.Payload.Span, out ulong signature)
            ? signature
            : null;
        if (_signature != NodeId)
        {
            _autoRefreshed.Remove(RecordTypes.SignatureId);
        }

        CalculateSignature();
        if (_signature is not null && _signature != before)
        {
            RefreshContact();
            DetectPartition();
        }
    }

    private void CalculateSignature()
    {
        if (!_isReady || _signature <= NodeId)
        {
            return;
        }

        TimeSpan delay = _signature is null ? GraphFormulas.SignatureDelay(NodeId) : CorrectionDelay;
        _signatureDue = Earlier(_signatureDue, _now.Elapsed + delay);
    }

    private void AdvanceSignature()
    {
        if (_now.Elapsed < _signatureDue)
        {
            return;
        }

        _signatureDue = _now.Elapsed + SignatureReset;
        if (_isReady && !(_signature <= NodeId))
        {
            PublishSignature();
        }
    }

    // The record has one id for ever. So even where its tombstone is left, what follows must be a later version of it, or
    // it would lose against the tombstone everywhere.
    private void PublishSignature()
    {
        PeerTime expires = PeerNow + _options.SignatureLifetime;
        byte[] payload = SignaturePayload.Encode(NodeId);
        GraphRecord? published = FindStored(RecordTypes.SignatureId) is { } existing
            ? TryPublish(Revise(existing, payload, expires), RecordAction.Update)
            : TryPublish(NewRecord(RecordTypes.Signature, payload, expires), RecordAction.Add);
        if (published is not null)
        {
            AutoRefresh(published);
        }
    }

    private void WithdrawSignature()
    {
        if (_signature == NodeId && FindStored(RecordTypes.SignatureId) is { IsDeleted: false } record)
        {
            TryPublish(Bury(record), RecordAction.Delete);
        }
    }

    private void ForgetSignature()
    {
        _signature = null;
        _autoRefreshed.Remove(RecordTypes.SignatureId);
        CalculateSignature();
    }
}
