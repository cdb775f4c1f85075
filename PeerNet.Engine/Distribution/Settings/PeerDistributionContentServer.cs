using System.Globalization;

namespace PeerNet.Engine.Distribution;

/// <summary>What concerns publishing.</summary>
/// <param name="Prefixes">Where the content server listens.</param>
/// <param name="PublishedContent">How much is published.</param>
/// <param name="SecretCreated">When the server secret was made or imported.</param>
public sealed record PeerDistributionContentServer(
    string[] Prefixes, int PublishedContent, DateTimeOffset? SecretCreated)
{
    /// <summary>How much is published, and where it is served.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PublishedContent} published {string.Join(", ", Prefixes)}").TrimEnd();
}
