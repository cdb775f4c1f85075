namespace PeerNet.Engine.Node.Installation;

/// <summary>A node that the operating system is to start.</summary>
public sealed record PeerNodeInstallRequest
{
    /// <summary>The node's name.</summary>
    public required string Name { get; init; }

    /// <summary>For whom.</summary>
    public PeerNodeScope Scope { get; init; }

    /// <summary>The program that runs a node by <c>-Name</c>, <c>-StatePath</c> and <c>-ScriptPath</c>, with the arguments that come
    /// before these.</summary>
    public required IReadOnlyList<string> Program { get; init; }

    /// <summary>A script that it runs when the node has started; null for none.</summary>
    public string? ScriptPath { get; init; }

    /// <summary>The state folder; null for that of the system, or of the user's node of this name.</summary>
    public string? StatePath { get; init; }

    /// <summary>The user of a node of the machine; null for one of its own.</summary>
    public string? User { get; init; }

    /// <summary>Whether it may open ports below 1024.</summary>
    public bool AllowLowPorts { get; init; }

    /// <summary>Installs it anew where it was installed before.</summary>
    public bool Replace { get; init; }
}
