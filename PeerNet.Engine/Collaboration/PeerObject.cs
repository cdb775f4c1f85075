namespace PeerNet.Engine.Collaboration;

/// <summary>A piece of data that a person shows at an endpoint, for as long as the person is signed in there.</summary>
public sealed record PeerObject
{
    /// <summary>Most bytes: fewer than 16 KiB.</summary>
    public const int MaximumData = (16 * 1024) - 1;

    /// <summary>What it is called.</summary>
    public required Guid Id { get; init; }

    /// <summary>Who sees it; only of this node's own.</summary>
    public PeerCollaborationScope Scope { get; init; }

    /// <summary>The data.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>The peer name of the person who shows it.</summary>
    public string Owner { get; init; } = "";

    /// <summary>The endpoint where it is shown; null for this node's own before it has signed in.</summary>
    public Guid? Endpoint { get; init; }

    /// <summary>The id.</summary>
    public override string ToString() => Id.ToString();
}
