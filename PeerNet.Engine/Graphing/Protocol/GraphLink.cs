using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Synchronization;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>A connection and what the protocol keeps for it (MS-PPGRH 3.1.1, Connection and Link).</summary>
internal sealed class GraphLink(int id, bool isInitiator, GraphEndpoint remote)
{
    /// <summary>The machine's number for it.</summary>
    public int Id => id;

    /// <summary>Whether this node has opened it.</summary>
    public bool IsInitiator => isInitiator;

    /// <summary>What was dialled, or where it came from.</summary>
    public GraphEndpoint Remote => remote;

    /// <summary>Whether it is a direct connection: known from the start, or from AUTH_INFO.</summary>
    public bool IsDirect { get; set; }

    public LinkState State { get; set; }

    /// <summary>Who the other side must be; null for anybody.</summary>
    public string? ExpectedPeerId { get; set; }

    /// <summary>Who it is; empty where that is not known yet.</summary>
    public string PeerId { get; set; } = "";

    public ulong NodeId { get; set; }

    /// <summary>Where the other side listens.</summary>
    public IReadOnlyList<GraphEndpoint> Endpoints { get; set; } = [];

    public double Utility { get; set; }

    public RefuseCode? Refusal { get; set; }

    /// <summary>When it began.</summary>
    public TimeSpan Opened { get; init; }

    /// <summary>When it was connected.</summary>
    public TimeSpan Connected { get; set; }

    /// <summary>How long it may take to authenticate.</summary>
    public TimeSpan AuthenticationTimeout { get; init; }

    /// <summary>When the authentication timer or the connect timer runs out.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.MaxValue;

    /// <summary>When CONNECT was sent.</summary>
    public TimeSpan ConnectSent { get; set; }

    /// <summary>When something was received last.</summary>
    public TimeSpan LastReceived { get; set; }

    /// <summary>When something was sent last.</summary>
    public TimeSpan LastSent { get; set; }

    /// <summary>When something was received last, or what was sent went on its way.</summary>
    public TimeSpan LastProgress { get; set; }

    /// <summary>Bytes that were sent and have not left yet.</summary>
    public long Queued { get; set; }

    /// <summary>How many may wait, while a message that is larger than what may wait otherwise is one of them; else 0.</summary>
    public long Allowance { get; set; }

    /// <summary>Since when more of these wait than publishers may add to; null where less does.</summary>
    public TimeSpan? LaggingSince { get; set; }

    public long BytesSent { get; set; }

    public long BytesReceived { get; set; }

    /// <summary>FLOODs sent that no ACK has come for. No more ACKs than these can be honest.</summary>
    public long Unacknowledged { get; set; }

    /// <summary>When the oldest of these was sent, as long as nothing came since.</summary>
    public TimeSpan? WaitingSince { get; set; }

    /// <summary>ACKs that are not sent yet.</summary>
    public List<RecordAck> Acks { get; } = [];

    /// <summary>When they must be.</summary>
    public TimeSpan AckDue { get; set; } = TimeSpan.MaxValue;

    /// <summary>FLOODs that wait for what it sends.</summary>
    public HeldFloods Held { get; } = new();

    /// <summary>The synchronization that this node has asked for; null for none.</summary>
    public OwnSync? Sync { get; set; }

    /// <summary>What this node is doing for the other side's synchronization; null for nothing.</summary>
    public ServedSync? Serving { get; set; }

    /// <summary>Records that this node owes the other side after its own synchronization; null for none.</summary>
    public RecordFeed? Owed { get; set; }

    /// <summary>RECORD_ABSTRACTs of the last ADVERTISE, of which a REQUEST may follow; null for none.</summary>
    public int? Advertised { get; set; }

    /// <summary>How many SOLICITs may come.</summary>
    public TokenBucket? Solicits { get; set; }

    /// <summary>Whether it is a neighbor.</summary>
    public bool IsNeighbor => State == LinkState.Connected && !IsDirect;

    /// <summary>Whether it may become a neighbor by what this node does.</summary>
    public bool IsConnecting => !IsDirect && State is (LinkState.Connecting or LinkState.ConnectWait);

    /// <summary>Whether the other side has come in and not said CONNECT yet.</summary>
    public bool IsPending => State is LinkState.Accepted or LinkState.Authenticating or LinkState.Authenticated;
}
