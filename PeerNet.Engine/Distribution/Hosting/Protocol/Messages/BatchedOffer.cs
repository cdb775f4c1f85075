using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

/// <summary>Names segments of which the client holds something (MS-PCHC 2.2.1.5). Their number is not written: it follows
/// from the length of the message.</summary>
/// <param name="Segments">The segments: 1 to <see cref="MaximumSegments"/>.</param>
internal readonly record struct BatchedOffer(IReadOnlyList<SegmentDescriptor> Segments) : IOfferMessage
{
    /// <summary>Most segments of a message.</summary>
    public const int MaximumSegments = 128;

    public static OfferMessageType MessageType => OfferMessageType.BatchedOffer;

    public static OfferVersion Version => OfferVersion.V2;

    public int BodyLength => Segments.Count * SegmentDescriptor.Length;

    public static bool TryRead(scoped ref WireReader reader, out BatchedOffer message)
    {
        message = default;
        (int count, int rest) = Math.DivRem(reader.Remaining, SegmentDescriptor.Length);
        if (rest != 0 || count is 0 or > MaximumSegments)
        {
            return false;
        }

        var segments = new SegmentDescriptor[count];
        for (int i = 0; i < count; i++)
        {
            if (!SegmentDescriptor.TryRead(ref reader, out segments[i]))
            {
                return false;
            }
        }

        message = new BatchedOffer(segments);
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        foreach (SegmentDescriptor segment in Segments)
        {
            segment.Write(ref writer);
        }
    }
}
