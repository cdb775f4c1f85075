using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Presence: MS-PPGRH 3.1.4.6, 3.1.6.9, 3.1.7.4, 3.1.7.10.5, 3.1.7.17.</summary>
/// <remarks>The text renews a presence by itself unless an application asked for it; but then it would come and go every 300
/// seconds. It is renewed as long as it is published.</remarks>
/// <param name="core">What the parts share.</param>
/// <param name="records">Publishes.</param>
/// <param name="met">Told of each node that has told of itself.</param>
/// <param name="tell">Told what has become of a node.</param>
internal sealed class Presence(GraphCore core, OwnRecords records, Action<KnownNode> met, Action<PeerGraphNodeChangeType, KnownNode> tell)
    : NodeRecords(core, records, RecordTypes.Presence, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(180), met)
{
    private const uint Hysteresis = 10;

    private bool _isForced;

    /// <summary>What the application says about this node.</summary>
    public string Attributes { get; private set; } = "";

    protected override bool HasTooMany => IsCounted && Own is not null && Known.Count > (long)Maximum + Hysteresis;

    protected override bool HasTooFew => IsCounted && Own is null && Core.Endpoints.Length > 0 && Known.Count < Maximum;

    protected override PeerTime Expires => Core.PeerNow + (Core.Properties?.PresenceLifetime ?? GraphProperties.ShortestPresence);

    private uint Maximum => Core.Properties?.MaximumPresence ?? 0;

    private bool IsCounted => !_isForced && Maximum is not (0 or GraphProperties.EveryNode);

    /// <summary>Whether this node publishes its presence whatever the graph's properties say (MS-PPGRH 3.1.4.6). If not, the
    /// properties decide.</summary>
    /// <exception cref="PeerException">GraphNotReady.</exception>
    public void Force(bool isForced)
    {
        Core.RequireReady();
        _isForced = isForced;
        if (!isForced && Maximum == 0)
        {
            Withdraw();
        }

        Maintain();
    }

    /// <summary>What the presence record says about this node.</summary>
    /// <exception cref="PeerException">InvalidAttributes where it is longer than 4,096 characters or contains NUL.</exception>
    public void Describe(string attributes)
    {
        if (attributes.Length > PresencePayload.MaximumAttributes || attributes.Contains('\0', StringComparison.Ordinal))
        {
            throw PeerErrors.InvalidAttributes.Exception(
                $"The attributes of a node have up to {PresencePayload.MaximumAttributes} characters and no NUL.", attributes);
        }

        Attributes = attributes;
        if (Core.Endpoints.Length > 0)
        {
            Refresh();
        }
    }

    public void Maintain()
    {
        if (!Core.IsReady)
        {
            return;
        }

        if (Core.Endpoints.Length == 0)
        {
            Withdraw();
        }
        else if (Own is null && (_isForced || Maximum == GraphProperties.EveryNode))
        {
            Publish();
        }

        Schedule();
    }

    protected override byte[] Encode() => new PresencePayload(Core.NodeId, Attributes, Core.Endpoints).Encode();

    protected override KnownNode? Read(GraphRecord record) => PresencePayload.TryRead(record.Payload.Span, out PresencePayload presence)
        ? new(record.Id, presence.NodeId, record.CreatorId, presence.Endpoints, presence.Attributes, Signature: 0)
        : null;

    protected override bool IsCurrent(KnownNode own) => own.Attributes == Attributes;

    protected override void Changed(KnownNode? before, KnownNode? now)
    {
        if (now is null)
        {
            tell(PeerGraphNodeChangeType.Disconnected, before!);
        }
        else if (before is null)
        {
            tell(PeerGraphNodeChangeType.Connected, now);
        }
        else if (before.Attributes != now.Attributes || !before.Endpoints.SequenceEqual(now.Endpoints))
        {
            tell(PeerGraphNodeChangeType.Updated, now);
        }
    }
}
