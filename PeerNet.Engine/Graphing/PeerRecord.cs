namespace PeerNet.Engine.Graphing;

/// <summary>A version of a record.</summary>
public sealed record PeerRecord
{
    /// <summary>The graph's id.</summary>
    public required string GraphId { get; init; }

    /// <summary>The record's id, the same in all versions.</summary>
    public required Guid Id { get; init; }

    /// <summary>What the data is.</summary>
    public required Guid Type { get; init; }

    /// <summary>1 at first, and one more with each update.</summary>
    public required long Version { get; init; }

    /// <summary>The peer id of who made it.</summary>
    public required string CreatorId { get; init; }

    /// <summary>The peer id of who changed it last; empty in the first version.</summary>
    public string LastModifiedById { get; init; } = "";

    /// <summary>When it was made, by this node's clock.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it was changed last.</summary>
    public required DateTimeOffset Modified { get; init; }

    /// <summary>When it is removed from all databases.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>When it was made, in peer time: hundreds of nanoseconds since 1601.</summary>
    public ulong CreationPeerTime { get; init; }

    /// <summary>When it was changed last, in peer time.</summary>
    public ulong ModificationPeerTime { get; init; }

    /// <summary>When it is removed, in peer time.</summary>
    public ulong ExpirationPeerTime { get; init; }

    /// <summary>The attributes as XML (MS-PPGRH 2.2.3.5); empty for none.</summary>
    public string AttributesXml { get; init; } = "";

    /// <summary>The attributes by name: a string, a <see cref="long"/> or a <see cref="DateTimeOffset"/>.</summary>
    public IReadOnlyDictionary<string, object> Attributes { get; init; } = new Dictionary<string, object>();

    /// <summary>The data.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>The data as text, where it is UTF-8; null where it is not.</summary>
    public string? Text { get; init; }

    /// <summary>What the security provider added.</summary>
    public byte[] SecurityData { get; init; } = [];

    /// <summary>Whether it is the tombstone of a removed record.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>Whether it has been validated; a deferred one has not.</summary>
    public bool IsValid { get; init; } = true;

    /// <summary>Whether this node renews it before it expires.</summary>
    public bool IsAutoRefreshed { get; init; }

    /// <summary>The record's id.</summary>
    public override string ToString() => Id.ToString();
}
