namespace PeerNet.PowerShell.Base;

/// <summary>A group that a caller names beside an identity: text from the pipeline is the identity, which is text already.</summary>
public sealed class GroupTarget
{
    /// <summary>A group by its peer name or its friendly name.</summary>
    /// <param name="name">The name.</param>
    public GroupTarget(string name) => Name = name;

    internal GroupTarget(string name, string identity)
        : this(name) => Identity = identity;

    /// <summary>The name.</summary>
    public string Name { get; init; }

    /// <summary>The peer name of the node's member that is meant; null for the only one.</summary>
    public string? Identity { get; init; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
