namespace PeerNet.Engine.Collaboration;

/// <summary>A program that people can be invited to.</summary>
public sealed record PeerApplication
{
    /// <summary>Most bytes of <see cref="Data"/>.</summary>
    public const int MaximumData = 16 * 1024;

    /// <summary>Most arguments.</summary>
    public const int MaximumArguments = 64;

    /// <summary>What it is called by programs.</summary>
    public required Guid Id { get; init; }

    /// <summary>What people call it; up to 255 UTF-16 units.</summary>
    public required string Name { get; init; }

    /// <summary>What it does; up to 255.</summary>
    public string Description { get; init; } = "";

    /// <summary>The program's file; null for those of others.</summary>
    public string? Path { get; init; }

    /// <summary>Its arguments, each as it is; none for those of others.</summary>
    public string[] Arguments { get; init; } = [];

    /// <summary>What others are told of it.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>Who sees it; only of this node's own.</summary>
    public PeerCollaborationScope Scope { get; init; } = PeerCollaborationScope.All;

    /// <summary>Whether it is registered for all users of the machine.</summary>
    public bool IsForAllUsers { get; init; }

    /// <summary>The peer name of the person who has it; null for this node's own.</summary>
    public string? Owner { get; init; }

    /// <summary>The endpoint where it is; null for this node's own.</summary>
    public Guid? Endpoint { get; init; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
