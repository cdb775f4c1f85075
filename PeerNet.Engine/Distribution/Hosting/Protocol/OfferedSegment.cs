using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>A segment that a client offers.</summary>
/// <param name="information">The content information that it is from.</param>
/// <param name="segment">The segment.</param>
/// <param name="tag">What the application calls its content.</param>
internal sealed class OfferedSegment(PeerContentInformation information, PeerContentSegment segment, ContentTag tag)
{
    public PeerContentInformation Information => information;

    public PeerContentSegment Segment => segment;

    public ContentTag Tag => tag;

    /// <summary>When it was given.</summary>
    public TimeSpan Queued { get; set; }

    /// <summary>How often it was offered in vain.</summary>
    public int Failures { get; set; }

    /// <summary>
    /// Whether a version of the protocol can name the segment. Version 1.0 describes segments by content information of
    /// version 1 (MS-PCHC 2.2.1.4), so it has no words for others. Version 2.0 has them for both, but for no other hash of
    /// version 1 than SHA-256 (2.2.1.5).
    /// </summary>
    public bool IsFor(int version) => version == 1
        ? segment.Version == PeerContentVersion.V1
        : segment.HashAlgorithm is PeerContentHash.Sha256 or PeerContentHash.TruncatedSha512;
}
