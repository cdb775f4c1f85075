using System.Net;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Content.Protocol;
using PeerNet.Engine.Distribution.Hosting;
using PeerNet.Engine.Distribution.Hosting.Protocol;
using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;
using PeerNet.Engine.Tests.Distribution.Hosting.Protocol;
using PeerNet.Engine.Tests.Distribution.Hosting.Protocol.Messages;

namespace PeerNet.Engine.Tests.Distribution.Hosting;

public sealed class OfferServerTests
{
    private const ushort Port = 8008;

    private static readonly IPAddress Source = IPAddress.Parse("192.0.2.7");

    private readonly FakeHostedStore _store = new();
    private readonly OfferServer _server;

    public OfferServerTests() => _server = new(_store);

    [Fact]
    public void An_unknown_segment_is_interesting_and_nothing_is_fetched_yet()
    {
        TestContent content = TestContent.V1(1, 100_000);
        OfferAnswer answer = Answer(new InitialOffer(content.Id));
        Assert.Equal(OfferResponseCode.Interested, answer.Code);
        Assert.Empty(answer.Offers);
    }

    [Fact]
    public void Part_of_the_hashes_is_not_enough()
    {
        TestContent content = TestContent.V1(1, 5 * 65536);
        _store.Hold(content.Id, BlockSet.First(2), content.Describe(0, 2));
        Assert.Equal(OfferResponseCode.Interested, Answer(new InitialOffer(content.Id)).Code);
    }

    // The length could have been made up as long as the last block is not there.
    [Fact]
    public void All_hashes_without_the_last_block_are_not_enough()
    {
        TestContent content = TestContent.V1(1, 5 * 65536);
        _store.Hold(content.Id, BlockSet.First(4), content.Segment);
        Assert.Equal(OfferResponseCode.Interested, Answer(new InitialOffer(content.Id)).Code);
    }

    [Fact]
    public void Blocks_of_another_description_are_no_reason_not_to_fetch_those_that_are_described()
    {
        TestContent content = TestContent.V1(1, 5 * 65536);
        _store.Hold(content.Id, BlockSet.First(2), content.Describe(0, 2, isTrue: false));
        Assert.Equal(
            BlockSet.First(5).Except(BlockSet.Range(1, 1)),
            Assert.Single(Answer(new SegmentInfo(ContentTag.PeerNet, Describe(content))).Offers).Wanted);
    }

    [Fact]
    public void Of_a_segment_with_known_hashes_the_missing_blocks_are_fetched()
    {
        TestContent content = TestContent.V1(1, 5 * 65536);
        _store.Hold(content.Id, BlockSet.First(2).Union(BlockSet.Range(4, 1)), content.Segment);

        OfferAnswer answer = Answer(new InitialOffer(content.Id));

        Assert.Equal(OfferResponseCode.Ok, answer.Code);
        FetchOffer offer = Assert.Single(answer.Offers);
        Assert.Equal(new IPEndPoint(Source, Port), offer.Client);
        Assert.Equal(BlockSet.Range(2, 2), offer.Wanted);
        Assert.Same(content.Segment, offer.Segment);
    }

    [Fact]
    public void A_described_segment_is_fetched_whether_or_not_it_was_offered_before()
    {
        TestContent content = TestContent.V1(1, 5 * 65536);
        var tag = new ContentTag(Guid.Parse("11111111-2222-3333-4444-555555555555"));
        OfferAnswer answer = Answer(new SegmentInfo(tag, Describe(content)));

        Assert.Equal(OfferResponseCode.Ok, answer.Code);
        FetchOffer offer = Assert.Single(answer.Offers);
        Assert.Equal((content.Id, tag.Value), (offer.Id, offer.Tag));
        Assert.Equal(BlockSet.First(5), offer.Wanted);
        Assert.Equal(content.Segment.BlockHashes, offer.Segment!.BlockHashes);
    }

    // What was kept as ciphertext cannot be verified; what a description comes with can.
    [Fact]
    public void Ciphertext_is_no_reason_not_to_fetch_what_can_be_verified()
    {
        TestContent content = TestContent.V1(1, 5 * 65536);
        _store.Hold(content.Id, BlockSet.First(5));
        Assert.Equal(
            BlockSet.First(5), Assert.Single(Answer(new SegmentInfo(ContentTag.PeerNet, Describe(content))).Offers).Wanted);
    }

    [Fact]
    public void Of_a_range_only_what_is_described_is_fetched()
    {
        TestContent content = TestContent.V1(1, 5 * 65536);
        byte[] information = V1InformationWriter.WriteOffer(
            Information(content) with { Offset = 65536, Length = 100_000 }, content.Segment);
        FetchOffer offer = Assert.Single(Answer(new SegmentInfo(ContentTag.PeerNet, information)).Offers);
        Assert.Equal(BlockSet.Range(1, 2), offer.Wanted);
    }

    // Settled decision 12.
    [Theory]
    [InlineData("")]
    [InlineData("010203")]
    public void A_description_of_no_use_is_answered_and_nothing_follows(string information)
    {
        OfferAnswer answer = Answer(new SegmentInfo(ContentTag.PeerNet, Convert.FromHexString(information)));
        Assert.Equal(OfferResponseCode.Ok, answer.Code);
        Assert.Empty(answer.Offers);
        Assert.Equal(1, _server.Counters[OfferServerCounter.Unusable]);
    }

    [Fact]
    public void A_description_with_the_wrong_hash_of_data_is_of_no_use()
    {
        TestContent content = TestContent.V1(1, 100_000);
        byte[] information = Describe(content);
        information[^1] ^= 1;
        Assert.Empty(Answer(new SegmentInfo(ContentTag.PeerNet, information)).Offers);
    }

    [Fact]
    public void A_batch_is_fetched_as_ciphertext_but_for_what_is_held()
    {
        TestContent[] contents = [TestContent.V2(1, 50_000), TestContent.V2(2, 60_000), TestContent.V1(3, 200_000)];
        _store.Hold(contents[1].Id, BlockSet.First(1));
        _store.Hold(contents[2].Id, BlockSet.First(1));

        OfferAnswer answer = Answer(new BatchedOffer([.. contents.Select(Name)]));

        Assert.Equal(OfferResponseCode.Ok, answer.Code);
        Assert.Equal(3, answer.Offers.Count);
        Assert.Equal([BlockSet.First(1), default, BlockSet.Range(1, 3)], answer.Offers.Select(offer => offer.Wanted));
        Assert.All(answer.Offers, offer => Assert.Null(offer.Segment));
        Assert.Equal([50_000, 60_000, 200_000], answer.Offers.Select(offer => offer.Sealed!.Length));
        Assert.Equal(
            [PeerContentVersion.V2, PeerContentVersion.V2, PeerContentVersion.V1],
            answer.Offers.Select(offer => offer.Sealed!.Version));
    }

    [Fact]
    public void What_is_known_of_a_segment_verifies_what_a_batch_offers_of_it()
    {
        TestContent content = TestContent.V1(1, 5 * 65536);
        _store.Hold(content.Id, BlockSet.First(1), content.Segment);
        FetchOffer offer = Assert.Single(Answer(new BatchedOffer([Name(content)])).Offers);
        Assert.Same(content.Segment, offer.Segment);
        Assert.Equal(BlockSet.Range(1, 4), offer.Wanted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(255)]
    public void A_descriptor_with_an_unknown_hash_is_skipped_and_the_others_are_fetched(byte hash)
    {
        TestContent[] contents = [TestContent.V2(1, 50_000), TestContent.V2(2, 60_000), TestContent.V1(3, 200_000)];
        SegmentDescriptor[] descriptors = [.. contents.Select(Name)];
        descriptors[1] = descriptors[1] with { Hash = (OfferHash)hash };

        OfferAnswer answer = Answer(new BatchedOffer(descriptors));

        Assert.Equal(OfferResponseCode.Ok, answer.Code);
        Assert.Equal([contents[0].Id, contents[2].Id], answer.Offers.Select(offer => offer.Id));
        Assert.Equal(1, _server.Counters[OfferServerCounter.Unusable]);
    }

    [Theory]
    [InlineData(OfferHash.TruncatedSha512, 0u, 0u, false)]
    [InlineData(OfferHash.TruncatedSha512, 131_072u, 131_072u, true)]
    [InlineData(OfferHash.TruncatedSha512, 65_536u, 131_072u, true)] // it is one block all the same
    [InlineData(OfferHash.TruncatedSha512, 131_073u, 131_073u, false)]
    [InlineData(OfferHash.TruncatedSha512, 4_000_000_000u, 4_000_000_000u, false)]
    [InlineData(OfferHash.Sha256, 65_536u, 33_554_432u, true)]
    [InlineData(OfferHash.Sha256, 65_536u, 33_554_433u, false)]
    [InlineData(OfferHash.Sha256, 32_768u, 33_554_432u, false)]
    [InlineData(OfferHash.Sha256, 65_536u, 0u, false)]
    [InlineData(OfferHash.Sha256, 1_000u, 1_000u, true)]
    [InlineData(OfferHash.Sha256, 100_000u, 100_000u, false)]
    public void Sizes_that_no_segment_has_are_not_fetched(object hash, uint blockSize, uint size, bool isUsable)
    {
        var descriptor = new SegmentDescriptor(blockSize, size, ContentTag.PeerNet, (OfferHash)hash, FetchBench.Id(1));
        OfferAnswer answer = Answer(new BatchedOffer([descriptor]));
        Assert.Equal(OfferResponseCode.Ok, answer.Code);
        Assert.Equal(isUsable ? 1 : 0, answer.Offers.Count);
    }

    [Theory]
    [InlineData(OfferVectors.InitialOffer, 2)]
    [InlineData(OfferVectors.SegmentInfo, 2)]
    [InlineData(OfferVectors.BatchedOffer, 1)]
    public void A_message_of_another_version_than_the_URL_is_none(string vector, int version)
    {
        Assert.Null(_server.Answer(OfferVectors.Bytes(vector), (OfferVersion)version, Source));
        Assert.Equal(1, _server.Counters[OfferServerCounter.Malformed]);
    }

    // The type belongs to one version, whatever the header says.
    [Theory]
    [InlineData(OfferVectors.InitialOffer, 2)]
    [InlineData(OfferVectors.BatchedOffer, 1)]
    public void A_message_with_a_version_that_is_not_its_own_is_none(string vector, byte version)
    {
        byte[] bytes = OfferVectors.Bytes(vector);
        bytes[1] = version;
        Assert.Null(_server.Answer(bytes, (OfferVersion)version, Source));
    }

    private static byte[] Describe(TestContent content) =>
        V1InformationWriter.WriteOffer(Information(content), content.Segment);

    private static PeerContentInformation Information(TestContent content) => new()
    {
        Version = PeerContentVersion.V1,
        HashAlgorithm = content.Segment.HashAlgorithm,
        Offset = 0,
        Length = content.Segment.Length,
        Segments = [content.Segment],
    };

    private static SegmentDescriptor Name(TestContent content) => new(
        (uint)content.Segment.BlockSize,
        (uint)content.Segment.Length,
        ContentTag.PeerNet,
        content.Segment.Version == PeerContentVersion.V1 ? OfferHash.Sha256 : OfferHash.TruncatedSha512,
        content.Id);

    private OfferAnswer Answer<T>(T message)
        where T : IOfferMessage
    {
        OfferAnswer? answer = _server.Answer(OfferFrame.Write(message, Port), T.Version, Source);
        Assert.NotNull(answer);
        return answer;
    }
}
