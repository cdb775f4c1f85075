namespace PeerNet.PowerShell;

/// <summary>The events that a node raises.</summary>
public enum PeerEventType
{
    /// <summary>The node has started.</summary>
    NodeStarted,

    /// <summary>The node is stopping.</summary>
    NodeStopped,

    /// <summary>A cloud's state, mode or addresses changed.</summary>
    CloudChanged,

    /// <summary>A name was registered.</summary>
    NameRegistered,

    /// <summary>A registration's state or leaf set changed.</summary>
    NameChanged,

    /// <summary>A name was withdrawn or has expired.</summary>
    NameUnregistered,

    /// <summary>A cloud looks split.</summary>
    SplitSuspected,

    /// <summary>The status or the mode of content distribution changed.</summary>
    DistributionChanged,

    /// <summary>A graph was opened, closed, began to listen, found or lost neighbours, or was synchronized.</summary>
    GraphStatusChanged,

    /// <summary>The properties of a graph are known, or have changed.</summary>
    GraphPropertyChanged,

    /// <summary>A record was added, updated, removed, or has expired.</summary>
    RecordChanged,

    /// <summary>A neighbour connection was made, lost, or has failed.</summary>
    NeighborConnection,

    /// <summary>A direct connection was made, lost, or has failed.</summary>
    DirectConnection,

    /// <summary>Data came through a connection.</summary>
    IncomingData,

    /// <summary>A node of a graph made its presence known, changed it, or is gone.</summary>
    NodeChanged,

    /// <summary>The database of a graph has been synchronized with a neighbour.</summary>
    Synchronized,

    /// <summary>A member of a group was added, changed or revoked, or its credential ends soon or was renewed.</summary>
    MemberChanged,

    /// <summary>A person's presence at an endpoint is known, has changed, or is known no more.</summary>
    PresenceChanged,

    /// <summary>Somebody came, changed or went on the link.</summary>
    PersonNearMeChanged,

    /// <summary>A contact was added, changed or removed.</summary>
    ContactChanged,

    /// <summary>An endpoint of a person was connected or lost.</summary>
    EndpointChanged,

    /// <summary>An object was shown, changed or taken away.</summary>
    ObjectChanged,

    /// <summary>An application was registered, changed or unregistered, here or at an endpoint that is watched.</summary>
    ApplicationChanged,

    /// <summary>Somebody invites the user.</summary>
    InvitationReceived,

    /// <summary>An invitation was sent, answered, cancelled, or has expired.</summary>
    InvitationChanged,

    /// <summary>Another node acts as an identity of this one: a copy of its state folder, or of its key.</summary>
    IdentityElsewhere,

    /// <summary>An error that no caller waits for.</summary>
    Error,

    /// <summary>The subscriber was too slow: events are lost.</summary>
    EventsLost,
}
