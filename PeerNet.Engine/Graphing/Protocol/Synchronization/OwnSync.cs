namespace PeerNet.Engine.Graphing.Protocol.Synchronization;

/// <summary>A synchronization that this node has asked a neighbor for.</summary>
internal sealed class OwnSync(SyncKind kind)
{
    /// <summary>What is going on; a time synchronization turns into a hash synchronization.</summary>
    public SyncKind Kind { get; set; } = kind;

    /// <summary>The types that are asked for one by one, those not yet asked for.</summary>
    public Queue<Guid> Types { get; } = new();

    /// <summary>All of them, which the last question leaves out.</summary>
    public IReadOnlyList<Guid> AskedTypes { get; init; } = [];

    /// <summary>Whether the last question, for all other types, has been asked.</summary>
    public bool HasAskedRest { get; set; }

    /// <summary>What a time synchronization asks for.</summary>
    public PeerTime Since { get; init; }

    /// <summary>The hashes that are being computed.</summary>
    public HashRanges? Ranges { get; set; }

    /// <summary>Whether SOLICIT_HASH was sent and its ADVERTISE has not come.</summary>
    public bool AwaitsAdvertise { get; set; }

    /// <summary>The ADVERTISE that is being compared with the database.</summary>
    public AdvertiseReview? Review { get; set; }

    /// <summary>Whether REQUEST was sent and its SYNC_END has not come.</summary>
    public bool AwaitsEnd { get; set; }

    /// <summary>Whether more differences may be left than one exchange of hashes could carry.</summary>
    public bool IsIncomplete { get; set; }

    /// <summary>How many times hashes were exchanged.</summary>
    public int Rounds { get; set; }

    /// <summary>Whether the other side has to do something next.</summary>
    public bool IsWaiting => Ranges is null && Review is null;
}
