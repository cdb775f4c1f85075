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

    /// <summary>An error that no caller waits for.</summary>
    Error,

    /// <summary>The subscriber was too slow: events are lost.</summary>
    EventsLost,
}
