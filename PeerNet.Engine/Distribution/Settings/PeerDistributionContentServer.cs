namespace PeerNet.Engine.Distribution;

/// <summary>What concerns publishing.</summary>
/// <param name="Prefixes">Where the content server listens.</param>
/// <param name="PublishedContent">How much is published.</param>
/// <param name="SecretCreated">When the server secret was made or imported.</param>
public sealed record PeerDistributionContentServer(
    IReadOnlyList<string> Prefixes, int PublishedContent, DateTimeOffset? SecretCreated);
