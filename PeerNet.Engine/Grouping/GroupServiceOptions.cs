namespace PeerNet.Engine.Grouping;

/// <summary>How a node's groups are kept.</summary>
internal sealed record GroupServiceOptions
{
    /// <summary>The folder of their configuration, credentials and databases.</summary>
    public required string Folder { get; init; }
}
