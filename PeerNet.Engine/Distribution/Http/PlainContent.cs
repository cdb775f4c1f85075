namespace PeerNet.Engine.Distribution.Http;

/// <summary>Content that a server sent plain while it was still hashing it.</summary>
/// <param name="Uri">The address that it was asked for under.</param>
/// <param name="Version">The version of information that is of use; null for either.</param>
/// <param name="Offset">Its first byte in the content.</param>
/// <param name="Length">How many bytes were asked for; null for all from <paramref name="Offset"/>.</param>
/// <param name="Path">The file that has it now.</param>
/// <param name="Tag">What its segments are to be tagged with.</param>
internal sealed record PlainContent(Uri Uri, PeerContentVersion? Version, long Offset, long? Length, string Path, Guid Tag);
