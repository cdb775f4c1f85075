using System.Net;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Pnrp;

/// <summary>What is to be resolved and how.</summary>
public sealed record PeerResolveRequest
{
    /// <summary>The name.</summary>
    public required PeerName Name { get; init; }

    /// <summary>The clouds to ask; empty for all that are open.</summary>
    public IReadOnlyList<string> Clouds { get; init; } = [];

    /// <summary>Most results: 1 to 500.</summary>
    public int MaxResults { get; init; } = 1;

    /// <summary>Which registrations are accepted.</summary>
    public PeerResolveCriteria Criteria { get; init; } = PeerResolveCriteria.NonCurrentProcess;

    /// <summary>An address near which the registration should be; null means this node's own.</summary>
    public IPAddress? LocationHint { get; init; }

    /// <summary>How long the resolve may take over all.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
