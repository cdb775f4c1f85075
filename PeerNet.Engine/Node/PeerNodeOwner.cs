namespace PeerNet.Engine.Node;

/// <summary>The process that has a node, as it has written down in the node's state folder.</summary>
public sealed record PeerNodeOwner
{
    /// <summary>The node's name there.</summary>
    public string Node { get; init; } = "";

    /// <summary>The process.</summary>
    public int ProcessId { get; init; }

    /// <summary>The name of its program.</summary>
    public string ProcessName { get; init; } = "";

    /// <summary>The user whose it is.</summary>
    public string User { get; init; } = "";

    /// <summary>When the node started.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The node's state folder.</summary>
    public string StatePath { get; init; } = "";

    /// <summary>Where its channel is: the path of a socket, or the name of a pipe.</summary>
    public string Channel { get; init; } = "";

    /// <summary>The process, as messages name it.</summary>
    public override string ToString() => FormattableString.Invariant($"process {ProcessId} ({ProcessName})");
}
