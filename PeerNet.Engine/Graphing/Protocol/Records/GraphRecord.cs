namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>One version of one record of a graph (MS-PPGRH 2.2.1.9). It never changes; an update is another one.</summary>
internal sealed record GraphRecord
{
    /// <summary>What the payload is; the four internal types are in <see cref="RecordTypes"/>.</summary>
    public required Guid Type { get; init; }

    /// <summary>The same in all versions. Its upper half comes from the creator's id (MS-PPGRH 3.1.7.27), but in the records
    /// of fixed id.</summary>
    public required Guid Id { get; init; }

    /// <summary>1 at first, and one more with each update.</summary>
    public required uint Version { get; init; }

    /// <summary>Whether it is a tombstone, which has no payload and stays until it expires.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>The peer id of who made it: 1 to 255 UTF-16 units.</summary>
    public required string CreatorId { get; init; }

    /// <summary>The peer id of who changed it last; empty in the first version.</summary>
    public string ModifierId { get; init; } = "";

    /// <summary>What the security provider has added.</summary>
    public ReadOnlyMemory<byte> SecurityData { get; init; }

    /// <summary>When it was made.</summary>
    public required PeerTime Created { get; init; }

    /// <summary>When it is purged, tombstone or not.</summary>
    public required PeerTime Expires { get; init; }

    /// <summary>When it was changed last; <see cref="Created"/> in the first version.</summary>
    public required PeerTime Modified { get; init; }

    /// <summary>The graph's id.</summary>
    public required string GraphId { get; init; }

    /// <summary>The content.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The attributes as XML (MS-PPGRH 2.2.3.5); empty for none.</summary>
    public string Attributes { get; init; } = "";

    /// <summary>Where it stands in the order of synchronization.</summary>
    public RecordKey Key => new(Modified, Id, Version, Type);
}
