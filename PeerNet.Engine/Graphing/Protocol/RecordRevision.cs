namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>What an application wants to change about a record (MS-PPGRH 3.1.4.4); null for what stays.</summary>
internal sealed record RecordRevision
{
    /// <summary>Which record.</summary>
    public required Guid Id { get; init; }

    /// <summary>The version that the application has read; if there is another one meanwhile, nothing is changed. Null
    /// to change whatever there is.</summary>
    public uint? Version { get; init; }

    /// <summary>The content. It must not change afterwards.</summary>
    public byte[]? Payload { get; init; }

    /// <summary>The attributes as XML; empty for none.</summary>
    public string? Attributes { get; init; }

    /// <summary>When it expires: not earlier than before.</summary>
    public PeerTime? Expires { get; init; }
}
