using PeerNet.Engine.Distribution.Content.Protocol;
using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>A request of a client, and who it goes to.</summary>
/// <param name="type">The message.</param>
/// <param name="target">The hosted cache.</param>
/// <param name="segments">The segments: one, but in a batch.</param>
internal sealed class OfferRequest(OfferMessageType type, OfferTarget target, IReadOnlyList<OfferedSegment> segments)
{
    public OfferMessageType Type => type;

    public OfferTarget Target => target;

    public IReadOnlyList<OfferedSegment> Segments => segments;

    /// <summary>The tick after which no answer is waited for.</summary>
    public long Expiry { get; set; }

    /// <summary>Where it is posted to.</summary>
    public Uri Uri => new(
        target.Address, type == OfferMessageType.BatchedOffer ? OfferFrame.V2Path : OfferFrame.V1Path);

    /// <summary>Its bytes.</summary>
    /// <param name="port">The port on which this node serves retrieval.</param>
    public byte[] Encode(ushort port)
    {
        OfferedSegment first = segments[0];
        return type switch
        {
            OfferMessageType.InitialOffer => OfferFrame.Write(new InitialOffer(first.Segment.Id), port),
            OfferMessageType.SegmentInfo => OfferFrame.Write(
                new SegmentInfo(first.Tag, V1InformationWriter.WriteOffer(first.Information, first.Segment)), port),
            _ => OfferFrame.Write(new BatchedOffer([.. segments.Select(Describe)]), port),
        };
    }

    private static SegmentDescriptor Describe(OfferedSegment offered) => new(
        (uint)offered.Segment.BlockSize,
        (uint)offered.Segment.Length,
        offered.Tag,
        offered.Segment.Version == PeerContentVersion.V1 ? OfferHash.Sha256 : OfferHash.TruncatedSha512,
        offered.Segment.Id);
}

/// <summary>A segment that a client offers.</summary>
/// <param name="information">The content information that it is from.</param>
/// <param name="segment">The segment.</param>
/// <param name="tag">What the application calls its content.</param>
/// <param name="queued">When it was given.</param>
internal sealed class OfferedSegment(
    PeerContentInformation information, PeerContentSegment segment, ContentTag tag, TimeSpan queued)
{
    public PeerContentInformation Information => information;

    public PeerContentSegment Segment => segment;

    public ContentTag Tag => tag;

    /// <summary>When it was given.</summary>
    public TimeSpan Queued => queued;

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

/// <summary>A hosted cache as its client knows it.</summary>
internal sealed class OfferTarget(Uri address)
{
    private int _failures;

    /// <summary>The base address of offers.</summary>
    public Uri Address => address;

    /// <summary>Until when it is left alone; null where it never had to be.</summary>
    public TimeSpan? RestUntil { get; private set; }

    /// <summary>Whether it can be offered something.</summary>
    public bool IsReady(TimeSpan now) => RestUntil is not { } until || until <= now;

    public void Succeed() => _failures = 0;

    public void Fail(TimeSpan now)
    {
        TimeSpan rest = OfferLimits.Rest * Math.Pow(2, Math.Min(_failures++, 16));
        RestUntil = now + (rest < OfferLimits.LongestRest ? rest : OfferLimits.LongestRest);
    }
}
