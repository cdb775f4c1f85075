namespace PeerNet.Engine.Node;

/// <summary>What a node is doing.</summary>
public enum PeerNodeState
{
    /// <summary>Not running.</summary>
    Stopped,

    /// <summary>Running.</summary>
    Running,

    /// <summary>Saying goodbye.</summary>
    Stopping,
}
