using System.Net;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Content.Protocol;
using PeerNet.Engine.Distribution.Hosting.Protocol;
using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>The server role of MS-PCHC without a transport: takes a request's bytes and makes the answer (3.1.5).</summary>
/// <param name="store">The block cache.</param>
internal sealed class OfferServer(IHostedStore store)
{
    private const int V1SegmentLength = BlockSet.Capacity * PeerContentSegment.V1BlockSize;

    /// <summary>What it has counted.</summary>
    public CounterSet<OfferServerCounter> Counters { get; } = new("HostedCache");

    /// <summary>Makes the answer to a request.</summary>
    /// <param name="request">The whole body.</param>
    /// <param name="version">The version that the URL belongs to; a message of another one is none (2.1).</param>
    /// <param name="source">Where the request came from. Nothing is fetched from anywhere else.</param>
    /// <returns>The answer; null for what is no message (3.1.5.4).</returns>
    public OfferAnswer? Answer(ReadOnlySpan<byte> request, OfferVersion version, IPAddress source)
    {
        Counters.Add(OfferServerCounter.Requests);
        OfferAnswer? answer = null;
        if (OfferFrame.TryRead(request, out OfferHeader header, out WireReader body) && header.Version == version)
        {
            var client = new IPEndPoint(source, header.Port);
            answer = (version, header.Type) switch
            {
                (OfferVersion.V1, OfferMessageType.InitialOffer) when InitialOffer.TryRead(ref body, out InitialOffer offer) =>
                    AnswerInitialOffer(offer, client),
                (OfferVersion.V1, OfferMessageType.SegmentInfo) when SegmentInfo.TryRead(ref body, out SegmentInfo info) =>
                    AnswerSegmentInfo(info, client),
                (OfferVersion.V2, OfferMessageType.BatchedOffer) when BatchedOffer.TryRead(ref body, out BatchedOffer batch) =>
                    AnswerBatchedOffer(batch, client),
                _ => null,
            };
        }

        if (answer is null)
        {
            Counters.Add(OfferServerCounter.Malformed);
        }

        return answer;
    }

    // 3.1.5.1: where all is known and nobody can have made it up, it is what the missing blocks are fetched by.
    private OfferAnswer AnswerInitialOffer(InitialOffer offer, IPEndPoint client)
    {
        Counters.Add(OfferServerCounter.InitialOffers);
        Counters.Add(OfferServerCounter.Segments);
        if (store.Describe(offer.SegmentId) is { } known && store.FindHeld(known).Contains(known.BlockCount - 1))
        {
            return new OfferAnswer(OfferResponseCode.Ok, [CreateOffer(known, client, Guid.Empty)]);
        }

        Counters.Add(OfferServerCounter.Interested);
        return new OfferAnswer(OfferResponseCode.Interested, []);
    }

    // 3.1.5.2: always OK, and where the information is of no use, nothing follows.
    private OfferAnswer AnswerSegmentInfo(SegmentInfo info, IPEndPoint client)
    {
        Counters.Add(OfferServerCounter.SegmentInfos);
        if (info.TryReadSegment(out PeerContentSegment? segment))
        {
            return new OfferAnswer(OfferResponseCode.Ok, [CreateOffer(segment, client, info.Tag.ToCacheTag())]);
        }

        Counters.Add(OfferServerCounter.Unusable);
        return new OfferAnswer(OfferResponseCode.Ok, []);
    }

    // 3.1.5.3
    private OfferAnswer AnswerBatchedOffer(BatchedOffer batch, IPEndPoint client)
    {
        Counters.Add(OfferServerCounter.BatchedOffers);
        Counters.Add(OfferServerCounter.Segments, batch.Segments.Count);
        List<FetchOffer> offers = new(batch.Segments.Count);
        foreach (SegmentDescriptor descriptor in batch.Segments)
        {
            if (CreateOffer(descriptor, client) is { } offer)
            {
                offers.Add(offer);
            }
            else
            {
                Counters.Add(OfferServerCounter.Unusable);
            }
        }

        return new OfferAnswer(OfferResponseCode.Ok, offers);
    }

    // Ciphertext, and blocks of another description, are no reason not to fetch what can be verified.
    private FetchOffer CreateOffer(PeerContentSegment segment, IPEndPoint client, Guid tag) => new()
    {
        Client = client,
        Id = segment.Id,
        Segment = segment,
        Wanted = BlockSet.Range(segment.FirstBlock, segment.DescribedBlocks).Except(store.FindHeld(segment)),
        Tag = tag,
    };

    private FetchOffer? CreateOffer(SegmentDescriptor descriptor, IPEndPoint client)
    {
        Guid tag = descriptor.Tag.ToCacheTag();
        if (Seal(descriptor, tag) is not { } segment)
        {
            return null;
        }

        // What is known of a segment from a client of version 1 serves to verify what one of version 2 has.
        if (store.Describe(descriptor.SegmentId) is { } known)
        {
            return CreateOffer(known, client, tag);
        }

        int blocks = segment.Version == PeerContentVersion.V2
            ? 1
            : (segment.Length + PeerContentSegment.V1BlockSize - 1) / PeerContentSegment.V1BlockSize;
        return new FetchOffer
        {
            Client = client,
            Id = descriptor.SegmentId,
            Sealed = segment,
            Wanted = BlockSet.First(blocks).Except(store.Find(descriptor.SegmentId)?.Blocks ?? default),
            Tag = tag,
        };
    }

    private static SealedSegment? Seal(SegmentDescriptor descriptor, Guid tag) => FindVersion(descriptor) is { } version
        ? new SealedSegment(descriptor.SegmentId, version, (int)descriptor.SegmentSize, tag)
        : null;

    // Null for what no segment is. A segment of version 2 is one block, so its block size says nothing. One of version 1 has
    // blocks of 64 KiB; where it is shorter than that, its own length is as good.
    private static PeerContentVersion? FindVersion(SegmentDescriptor descriptor)
    {
        (uint size, uint blockSize) = (descriptor.SegmentSize, descriptor.BlockSize);
        return descriptor.Hash switch
        {
            OfferHash.TruncatedSha512 when size is > 0 and <= V2InformationCodec.MaximumSegmentLength => PeerContentVersion.V2,
            OfferHash.Sha256 when size is > 0 and <= V1SegmentLength && IsBlockSize(blockSize, size) => PeerContentVersion.V1,
            _ => null,
        };
    }

    private static bool IsBlockSize(uint blockSize, uint size) => blockSize == PeerContentSegment.V1BlockSize
        || (blockSize == size && size < PeerContentSegment.V1BlockSize);
}

/// <summary>What a hosted cache answers to a request, and what it does when the answer is out.</summary>
/// <param name="Code">The answer.</param>
/// <param name="Offers">What to fetch.</param>
internal sealed record OfferAnswer(OfferResponseCode Code, IReadOnlyList<FetchOffer> Offers);

/// <summary>What a hosted cache counts of the requests of its clients.</summary>
internal enum OfferServerCounter
{
    /// <summary>Requests that came in, sound or not.</summary>
    Requests,

    /// <summary>Requests that are no message, or of another version than their URL.</summary>
    Malformed,

    /// <summary>INITIAL_OFFERs.</summary>
    InitialOffers,

    /// <summary>Of those, the ones that were answered with INTERESTED.</summary>
    Interested,

    /// <summary>SEGMENT_INFOs.</summary>
    SegmentInfos,

    /// <summary>BATCHED_OFFERs.</summary>
    BatchedOffers,

    /// <summary>Segments that these messages offered.</summary>
    Segments,

    /// <summary>Of those, the ones that were described as they cannot be.</summary>
    Unusable,

    /// <summary>Requests that took too long.</summary>
    TimedOut,
}
