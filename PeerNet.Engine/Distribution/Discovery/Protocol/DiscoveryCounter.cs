namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>What discovery counts; most of it is why a message, or one match of an answer, was dropped.</summary>
internal enum DiscoveryCounter
{
    /// <summary>Messages received.</summary>
    MessagesIn,

    /// <summary>Messages sent; one for each link it went to.</summary>
    MessagesOut,

    /// <summary>Probes asked, however many links they went to.</summary>
    Probes,

    /// <summary>Answers of peers that were of use.</summary>
    PeersFound,

    /// <summary>Probes of others that were answered.</summary>
    Answers,

    /// <summary>The bytes are no message of WS-Discovery, or one of PeerDist that breaks its rules.</summary>
    DroppedMalformed,

    /// <summary>A message of another application: the group is not PeerDist's alone.</summary>
    DroppedForeign,

    /// <summary>The sender, or every address that it names, is not on the link (MS-PCCRD 3.1.4.1).</summary>
    DroppedOffLink,

    /// <summary>An answer to no probe of ours, or about nothing that we asked for.</summary>
    DroppedNotAsked,

    /// <summary>A probe whose answer is about to be sent, or a second answer of one peer.</summary>
    DroppedDuplicate,

    /// <summary>Our own probe, heard on another interface.</summary>
    DroppedOwn,

    /// <summary>The source port of a probe belongs to the system's services: whoever it reaches has not asked.</summary>
    DroppedSourcePort,

    /// <summary>A probe while this node serves nothing.</summary>
    DroppedNotServing,

    /// <summary>A probe for nothing that is here (MS-PCCRD 3.2.4.1).</summary>
    DroppedNotHeld,

    /// <summary>A probe that enough others answer (MS-PCCRD note 8).</summary>
    DroppedSuppressed,

    /// <summary>Too many messages, answers or replies.</summary>
    DroppedLimit,
}
