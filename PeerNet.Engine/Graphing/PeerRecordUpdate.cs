namespace PeerNet.Engine.Graphing;

/// <summary>A record that is to be changed; null leaves a part as it is.</summary>
public sealed record PeerRecordUpdate
{
    /// <summary>The record's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The version that the caller has seen; null for whichever there is.</summary>
    public long? Version { get; init; }

    /// <summary>The data; an empty array for none.</summary>
    public byte[]? Data { get; init; }

    /// <summary>The attributes as XML; empty for none.</summary>
    public string? AttributesXml { get; init; }

    /// <summary>When it expires; not before it did.</summary>
    public DateTimeOffset? Expires { get; init; }
}
