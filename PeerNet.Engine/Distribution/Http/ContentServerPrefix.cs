namespace PeerNet.Engine.Distribution.Http;

/// <summary>A prefix that something is published at.</summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="Failure">Why it is not served; null where it is.</param>
internal sealed record ContentServerPrefix(HttpPrefix Prefix, string? Failure);
