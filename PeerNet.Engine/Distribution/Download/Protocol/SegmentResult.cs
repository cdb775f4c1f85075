using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>How a session ended.</summary>
/// <param name="Index">The segment's place in the download.</param>
/// <param name="Missing">The wanted blocks that nobody sent.</param>
internal readonly record struct SegmentResult(int Index, BlockSet Missing);
