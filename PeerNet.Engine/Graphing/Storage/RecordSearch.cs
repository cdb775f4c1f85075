using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Search;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>Which records a user wants to see. All conditions hold together.</summary>
internal sealed record RecordSearch
{
    /// <summary>The types that are meant, or with <see cref="IsExclusion"/> those that are not; none for all types.</summary>
    public IReadOnlyList<Guid> Types { get; init; } = [];

    /// <summary>Whether <see cref="Types"/> are those left out.</summary>
    public bool IsExclusion { get; init; }

    /// <summary>The peer id of the creator; null for any.</summary>
    public string? CreatorId { get; init; }

    /// <summary>What else must hold; null for nothing.</summary>
    public SearchQuery? Query { get; init; }

    /// <summary>Whether tombstones are meant too.</summary>
    public bool IncludesDeleted { get; init; }

    /// <summary>The peer time after which a record expires; null for any. Expired records stay until they are purged.</summary>
    public PeerTime? ExpiresAfter { get; init; }

    /// <summary>What UTC, which the query's dates are in, is ahead of peer time.</summary>
    public TimeSpan PeerTimeDelta { get; init; }
}
