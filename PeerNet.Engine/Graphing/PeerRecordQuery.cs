namespace PeerNet.Engine.Graphing;

/// <summary>Which records are wanted. All conditions hold together.</summary>
public sealed record PeerRecordQuery
{
    /// <summary>Types; empty for all but the graph's own.</summary>
    public IReadOnlyList<Guid> Types { get; init; } = [];

    /// <summary>The creator's peer id; null for anybody.</summary>
    public string? CreatorId { get; init; }

    /// <summary>A search query, the documented peersearch XML; null for none.</summary>
    public string? Query { get; init; }

    /// <summary>A filter in short, such as <c>type -eq 'a' -and size -gt 5</c>; null for none.</summary>
    public string? Filter { get; init; }

    /// <summary>Whether tombstones are wanted too.</summary>
    public bool IncludeDeleted { get; init; }

    /// <summary>Whether those are wanted that wait for their validation, rather than those in the database.</summary>
    public bool Deferred { get; init; }
}
