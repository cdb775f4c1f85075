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

    /// <summary>What the one who sends it cancels it with.</summary>
    public CancellationTokenSource? Cancellation { get; set; }

    /// <summary>Where it is posted to.</summary>
    public Uri Uri => new(
        target.Address, type == OfferMessageType.BatchedOffer ? OfferEndpoint.V2Path : OfferEndpoint.V1Path);

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
