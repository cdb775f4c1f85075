namespace PeerNet.Engine.Graphing;

/// <summary>Data that came through a connection.</summary>
public sealed record PeerDataItem
{
    /// <summary>The graph's id.</summary>
    public required string GraphId { get; init; }

    /// <summary>The id of the connection.</summary>
    public required ulong ConnectionId { get; init; }

    /// <summary>The peer id of the sender.</summary>
    public required string PeerId { get; init; }

    /// <summary>What the data is.</summary>
    public required Guid DataType { get; init; }

    /// <summary>The data.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>The data as text, where it is UTF-8; null where it is not.</summary>
    public string? Text { get; init; }

    /// <summary>When it came.</summary>
    public DateTimeOffset Received { get; init; }

    /// <summary>Its type, and who sent it.</summary>
    public override string ToString() => $"{DataType} from {PeerId}";
}
