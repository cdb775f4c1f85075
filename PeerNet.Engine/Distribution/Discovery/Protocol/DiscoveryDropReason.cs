namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>Why a message, or one match of an answer, was dropped; the names are the keys of
/// <see cref="PeerDiscoveryStatistics.Dropped"/>.</summary>
internal enum DiscoveryDropReason
{
    /// <summary>The bytes are no message of WS-Discovery, or one of PeerDist that breaks its rules.</summary>
    Malformed,

    /// <summary>A message of another application: the group is not PeerDist's alone.</summary>
    Foreign,

    /// <summary>The sender, or every address that it names, is not on the link (MS-PCCRD 3.1.4.1).</summary>
    OffLink,

    /// <summary>An answer to no probe of ours, or about nothing that we asked for.</summary>
    NotAsked,

    /// <summary>A probe whose answer is about to be sent, or a second answer of one peer.</summary>
    Duplicate,

    /// <summary>Our own probe, heard on another interface.</summary>
    Own,

    /// <summary>The source port of a probe belongs to the system's services: whoever it reaches has not asked.</summary>
    SourcePort,

    /// <summary>A probe while this node serves nothing.</summary>
    NotServing,

    /// <summary>A probe for nothing that is here (MS-PCCRD 3.2.4.1).</summary>
    NotHeld,

    /// <summary>A probe that enough others answer (MS-PCCRD note 8).</summary>
    Suppressed,

    /// <summary>Too many messages, answers or replies.</summary>
    Limit,
}
