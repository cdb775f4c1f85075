using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Presence: MS-PPGRH 3.1.4.6, 3.1.6.9, 3.1.7.4, 3.1.7.10.5, 3.1.7.17.</summary>
internal sealed partial class GraphMachine
{
    private const uint PresenceHysteresis = 10;

    private static readonly TimeSpan PresenceDelayMinimum = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PresenceDelayMaximum = TimeSpan.FromSeconds(180);

    private Guid? _ownPresence;
    private bool _isPresenceForced;
    private string _nodeAttributes = "";
    private TimeSpan _presenceDue = TimeSpan.MaxValue;

    private uint MaximumPresence => Properties?.MaximumPresence ?? 0;

    private bool CountsPresences => !_isPresenceForced && MaximumPresence is not (0 or GraphProperties.EveryNode);

    private bool HasTooManyPresences =>
        CountsPresences && _ownPresence is not null && _presences.Count > (long)MaximumPresence + PresenceHysteresis;

    private bool HasTooFewPresences =>
        CountsPresences && _ownPresence is null && _endpoints.Length > 0 && _presences.Count < MaximumPresence;

    /// <summary>Whether this node publishes its presence whatever the graph's properties say (MS-PPGRH 3.1.4.6). If not, the
    /// properties decide.</summary>
    public void SetPresence(Moment now, bool isForced)
    {
        RequireReady();
        Enter(now);
        _isPresenceForced = isForced;
        if (!isForced && MaximumPresence == 0)
        {
            WithdrawPresence();
        }

        MaintainPresence();
        Settle();
    }

    /// <summary>What the presence record says about this node.</summary>
    /// <exception cref="PeerException">InvalidAttributes where it is longer than 4,096 characters or contains NUL.</exception>
    public void SetNodeAttributes(Moment now, string attributes)
    {
        RequirePhase(Phase.Open);
        if (attributes.Length > PresencePayload.MaximumAttributes || attributes.Contains('\0', StringComparison.Ordinal))
        {
            throw PeerErrors.InvalidAttributes.Exception(
                $"The attributes of a node have up to {PresencePayload.MaximumAttributes} characters and no NUL.", attributes);
        }

        Enter(now);
        _nodeAttributes = attributes;
        RefreshPresence();
        Settle();
    }

    private void AfterPresence(GraphRecord record)
    {
        if (record.IsDeleted || !PresencePayload.TryRead(record.Payload.Span, out PresencePayload presence))
        {
            ForgetPresence(record.Id);
            return;
        }

        var node = new KnownNode(
            record.Id, presence.NodeId, record.CreatorId, presence.Endpoints, presence.Attributes, Signature: 0);
        KnownNode? before = _presences.Set(node);
        _lost.Remove(presence.NodeId);
        if (presence.NodeId == NodeId)
        {
            _ownPresence = record.Id;
        }

        if (before is null)
        {
            TellNode(NodeChange.Appeared, node);
            SchedulePresence();
        }
        else if (before.Attributes != node.Attributes || !before.Endpoints.SequenceEqual(node.Endpoints))
        {
            TellNode(NodeChange.Updated, node);
        }
    }

    private void TellNode(NodeChange change, KnownNode node)
    {
        if (!_isReloading)
        {
            _output.Do(new GraphDeed.NodeChanged(change, Describe(node)));
        }
    }

    private void ForgetPresence(Guid id)
    {
        KnownNode? before = _presences.Remove(id);
        if (_ownPresence == id)
        {
            _ownPresence = null;
        }

        if (before is not null)
        {
            TellNode(NodeChange.Left, before);
        }

        if (_phase == Phase.Open)
        {
            SchedulePresence();
        }
    }

    private void MaintainPresence()
    {
        if (!_isReady)
        {
            return;
        }

        if (_endpoints.Length == 0)
        {
            WithdrawPresence();
        }
        else if (_ownPresence is null && (_isPresenceForced || MaximumPresence == GraphProperties.EveryNode))
        {
            PublishPresence();
        }

        SchedulePresence();
    }

    private void SchedulePresence()
    {
        if (_isReady && _presenceDue == TimeSpan.MaxValue && (HasTooManyPresences || HasTooFewPresences))
        {
            _presenceDue = _now.Elapsed + RandomDelay(PresenceDelayMinimum, PresenceDelayMaximum);
        }
    }

    private void AdvancePresence()
    {
        if (_now.Elapsed < _presenceDue)
        {
            return;
        }

        _presenceDue = TimeSpan.MaxValue;
        if (HasTooManyPresences)
        {
            WithdrawPresence();
        }
        else if (HasTooFewPresences)
        {
            PublishPresence();
        }

        SchedulePresence();
    }

    // The text renews a presence by itself unless an application asked for it; but then it would come and go every 300
    // seconds. It is renewed as long as it is published.
    private void PublishPresence()
    {
        byte[] payload = new PresencePayload(NodeId, _nodeAttributes, _endpoints).Encode();
        PeerTime expires = PeerNow + (Properties?.PresenceLifetime ?? GraphProperties.ShortestPresence);
        GraphRecord? existing = _ownPresence is { } id && FindStored(id) is { IsDeleted: false } stored ? stored : null;
        GraphRecord? published = existing is not null
            ? TryPublish(Revise(existing, payload, expires), RecordAction.Update)
            : TryPublish(NewRecord(RecordTypes.Presence, payload, expires), RecordAction.Add);
        if (published is not null)
        {
            AutoRefresh(published);
        }
    }

    /// <summary>What the own presence record says may have changed.</summary>
    private void RefreshPresence()
    {
        if (_ownPresence is { } id
            && _endpoints.Length > 0
            && _presences.Find(id) is { } presence
            && (presence.Attributes != _nodeAttributes || !presence.Endpoints.SequenceEqual(_endpoints)))
        {
            PublishPresence();
        }
    }

    private void WithdrawPresence()
    {
        if (_ownPresence is { } id && FindStored(id) is { IsDeleted: false } record)
        {
            TryPublish(Bury(record), RecordAction.Delete);
        }
    }
}
