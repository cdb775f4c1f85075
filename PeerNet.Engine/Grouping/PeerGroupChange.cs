namespace PeerNet.Engine.Grouping;

/// <summary>What is to change of a group. Null leaves a property as it is.</summary>
public sealed record PeerGroupChange
{
    /// <summary>The name people give it.</summary>
    public string? FriendlyName { get; init; }

    /// <summary>A remark.</summary>
    public string? Comment { get; init; }
}
