using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Content;

/// <summary>What reading content came to.</summary>
/// <param name="Length">Its bytes.</param>
/// <param name="Hashes">One for each version that was asked for.</param>
/// <param name="Stamp">What the file was like before and after; null for a stream.</param>
/// <param name="RealPath">Where it was, whatever links led there; null for a stream, or where that cannot be said.</param>
internal sealed record HashedContent(
    long Length, IReadOnlyList<ContentHashes> Hashes, FileStamp? Stamp = null, string? RealPath = null);
