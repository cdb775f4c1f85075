namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>Why the machine dropped a datagram or an entry; the names are the keys of <see cref="PnrpStatistics.Dropped"/>.</summary>
internal enum PnrpDropReason
{
    /// <summary>The bytes are no message.</summary>
    Malformed,

    /// <summary>The source port is 1024 or less (MS-PNRP 3.1.5.2).</summary>
    SourcePort,

    /// <summary>The version belongs to the other suite.</summary>
    OtherSuite,

    /// <summary>The header is sound, the type is unknown.</summary>
    UnknownType,

    /// <summary>An answer to nothing that was asked, or from somebody who was not asked.</summary>
    NotPending,

    /// <summary>A REQUEST without a conversation, or with the wrong nonce.</summary>
    NoConversation,

    /// <summary>A fragment that contradicts the others, or one too many.</summary>
    Reassembly,

    /// <summary>A CPA that failed a check of MS-PNRP 3.1.5.7.</summary>
    InvalidCpa,

    /// <summary>A CPA that is not valid at this machine's time: where there are many, a clock is wrong.</summary>
    Expired,

    /// <summary>A route entry that nobody can be reached by.</summary>
    InvalidRouteEntry,

    /// <summary>A table was full, or more signed answers were asked for than are given.</summary>
    Limit,

    /// <summary>A question of somebody who has been sent enough for now.</summary>
    Budget,

    /// <summary>A question for publishers, while this node only resolves.</summary>
    ResolveOnly,

    /// <summary>The cloud is closed or has no address.</summary>
    Closed,
}
