using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Download.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Download;

public sealed class ContentDownloadTests
{
    private const int Megabyte = 1024 * 1024;

    [Theory]
    [InlineData(PeerContentVersion.V1)]
    [InlineData(PeerContentVersion.V2)]
    public async Task Content_comes_from_a_peer(PeerContentVersion version)
    {
        using var rig = new DownloadRig(Create(version, 5 * Megabyte + 17));
        rig.Peers.Add();

        DownloadResult result = await rig.DownloadAsync();

        rig.AssertWhole();
        Assert.Equal(rig.Content.Bytes.Length, result.Receipt.BytesFromPeers);
        Assert.Equal(1, result.Receipt.Peers);
        Assert.True(result.Receipt.Verified);
        Assert.Single(rig.Peers.Probes);
    }

    [Theory]
    [InlineData(PeerContentVersion.V1)]
    [InlineData(PeerContentVersion.V2)]
    public async Task Content_comes_from_many_peers_that_have_a_part_each(PeerContentVersion version)
    {
        using var rig = new DownloadRig(Create(version, 6 * Megabyte));
        for (int i = 1; i <= 7; i++)
        {
            int part = i;
            FakePeer peer = rig.Peers.Add($"192.0.2.{i}");
            bool Has(SegmentId id) => id.Bytes[0] % 7 == part - 1;
            peer.Claims = Has;
            peer.List = (id, wanted) => Has(id) ? wanted : default(BlockSet);
            peer.Answers = (segment, _) => Has(segment.Id) ? BlockOutcome.Received : BlockOutcome.Missing;
        }

        DownloadResult result = await rig.DownloadAsync();

        rig.AssertWhole();
        Assert.Equal(rig.Content.Bytes.Length, result.Receipt.BytesFromPeers);
    }

    [Fact]
    public async Task What_nobody_has_comes_from_the_source_in_long_reads()
    {
        using var rig = new DownloadRig(Create(PeerContentVersion.V2, 9 * Megabyte));
        rig.Origin = new(rig.Content.Bytes);

        DownloadResult result = await rig.DownloadAsync();

        rig.AssertWhole();
        Assert.Equal(rig.Content.Bytes.Length, result.Receipt.BytesFromSource);
        Assert.InRange(rig.Origin.Reads.Count, 1, 20);
        Assert.InRange(rig.Peers.Probes.Count, 1, DownloadLimits.DiscoveryThreshold);
    }

    [Fact]
    public async Task Every_part_comes_from_the_nearest_that_has_it()
    {
        using var rig = new DownloadRig(TestContent.V1(1, 16 * Megabyte, 16));
        rig.Origin = new(rig.Content.Bytes);
        rig.Cache = new();
        rig.HostedCaches.Add(rig.Peers.Add("192.0.2.100"));
        FakePeer hosted = rig.HostedCaches[0];
        hosted.IsDiscoverable = false;
        FakePeer peer = rig.Peers.Add("192.0.2.1");
        SegmentId[] ids = [.. rig.Content.Segments.Select(segment => segment.Id)];
        for (int block = 0; block < 16; block++)
        {
            rig.Cache.Blocks[(ids[0], block)] = rig.Content.GetBlock(rig.Content.Segments[0], block).ToArray();
        }

        Restrict(hosted, id => id == ids[1] || id == ids[2]);
        Restrict(peer, id => id == ids[2] || id == ids[3] || id == ids[4]);

        DownloadResult result = await rig.DownloadAsync();

        rig.AssertWhole();
        Assert.Equal(1 * Megabyte, result.Receipt.BytesFromCache);
        Assert.Equal(2 * Megabyte, result.Receipt.BytesFromHostedCache);
        Assert.Equal(2 * Megabyte, result.Receipt.BytesFromPeers);
        Assert.Equal(11 * Megabyte, result.Receipt.BytesFromSource);
        Assert.Equal(1, result.Receipt.Peers);
    }

    [Fact]
    public async Task What_came_is_cached_with_its_tag_and_reported_as_new_where_no_hosted_cache_has_it()
    {
        using var rig = new DownloadRig(TestContent.V1(2, 4 * Megabyte, 16));
        rig.Cache = new();
        rig.Peers.Add("192.0.2.1");
        FakePeer hosted = rig.Peers.Add("192.0.2.100");
        rig.HostedCaches.Add(hosted);
        hosted.IsDiscoverable = false;
        Restrict(hosted, id => id == rig.Content.Segments[0].Id);
        var tag = new Guid("00112233-4455-6677-8899-aabbccddeeff");

        DownloadResult result = await rig.DownloadAsync(rig.Request with { Tag = tag });

        Assert.Equal(64, rig.Cache.Blocks.Count);
        Assert.Equal(tag, rig.Cache.LastTag);
        Assert.All(rig.Cache.Blocks, pair => Assert.True(
            rig.Content.GetBlock(rig.Content.Segments.Single(segment => segment.Id == pair.Key.Id), pair.Key.Block)
                .SequenceEqual(pair.Value)));
        Assert.Equal(
            [(rig.Content.Segments[1], 16), (rig.Content.Segments[2], 16), (rig.Content.Segments[3], 16)],
            result.NewSegments.Select(found => (found.Segment, found.NewBlocks)));
    }

    [Fact]
    public async Task Without_the_cache_it_is_neither_asked_nor_filled()
    {
        using var rig = new DownloadRig(Create(PeerContentVersion.V2, Megabyte));
        rig.Cache = new();
        rig.Peers.Add();

        await rig.DownloadAsync(rig.Request with { NoCache = true });

        rig.AssertWhole();
        Assert.Empty(rig.Cache.Blocks);
        Assert.Equal(0, rig.Cache.Reads);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_full_or_broken_cache_costs_the_cache_only(bool isFull, bool isBroken)
    {
        using var rig = new DownloadRig(Create(PeerContentVersion.V1, 12 * Megabyte));
        rig.Cache = new() { IsFull = isFull, IsBroken = isBroken };
        rig.Peers.Add();

        DownloadResult result = await rig.DownloadAsync();

        rig.AssertWhole();
        Assert.Empty(result.NewSegments);
    }

    [Fact]
    public async Task What_a_near_source_sent_is_not_kept_for_peers()
    {
        using var rig = new DownloadRig(Create(PeerContentVersion.V1, 2 * Megabyte));
        rig.Cache = new();
        rig.MinimumLatency = TimeSpan.FromMilliseconds(80);
        rig.Origin = new(rig.Content.Bytes) { RoundTrip = TimeSpan.FromMilliseconds(79) };
        await rig.DownloadAsync();
        Assert.Empty(rig.Cache.Blocks);

        rig.Origin.RoundTrip = TimeSpan.FromMilliseconds(80);
        await rig.DownloadAsync(rig.Request with { Overwrite = true });
        Assert.Equal(32, rig.Cache.Blocks.Count);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 70_000)]
    [InlineData(65_536, 65_536)]
    [InlineData(1_000_000, 2_500_000)]
    [InlineData(4_194_303, 1)]
    public async Task A_range_is_all_that_is_written(int offset, int length)
    {
        foreach (PeerContentVersion version in Enum.GetValues<PeerContentVersion>())
        {
            using var rig = new DownloadRig(Create(version, 4 * Megabyte));
            rig.Peers.Add();
            rig.Cache = new();

            DownloadResult result = await rig.DownloadAsync(rig.Request with { Offset = offset, Length = length });

            Assert.Equal(length, result.Receipt.Length);
            Assert.Equal(length, result.Receipt.BytesFromPeers);
            Assert.True(rig.Content.Bytes.AsSpan(offset, length).SequenceEqual(File.ReadAllBytes(rig.Target)));
        }
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(4_194_305, null)]
    [InlineData(0, 4_194_305L)]
    [InlineData(4_194_304, 1L)]
    [InlineData(10, long.MaxValue)]
    public async Task A_range_beyond_the_content_is_refused(long offset, long? length)
    {
        using var rig = new DownloadRig(Create(PeerContentVersion.V1, 4 * Megabyte));
        PeerException exception = await Assert.ThrowsAsync<PeerException>(
            () => rig.DownloadAsync(rig.Request with { Offset = offset, Length = length }));
        Assert.Equal(PeerErrors.ContentOutOfBounds, exception.Error);
        Assert.Empty(Directory.GetFiles(rig.Folder.Location));
    }

    [Fact]
    public async Task Content_of_no_bytes_is_an_empty_file()
    {
        using var rig = new DownloadRig(TestContent.V1(1, 0, 1));
        DownloadResult result = await rig.DownloadAsync();
        Assert.Equal(0, new FileInfo(rig.Target).Length);
        Assert.Equal(0, result.Receipt.Length);
        Assert.Empty(rig.Leftovers);
    }

    [Fact]
    public async Task An_existing_file_stays_unless_it_is_to_be_replaced()
    {
        using var rig = new DownloadRig(Create(PeerContentVersion.V1, Megabyte));
        rig.Peers.Add();
        await File.WriteAllTextAsync(rig.Target, "old");

        PeerException exception = await Assert.ThrowsAsync<PeerException>(() => rig.DownloadAsync());
        Assert.Equal(PeerErrors.AlreadyExists, exception.Error);
        Assert.Equal("old", await File.ReadAllTextAsync(rig.Target));

        await rig.DownloadAsync(rig.Request with { Overwrite = true });
        rig.AssertWhole();
    }

    [Fact]
    public async Task Progress_does_not_go_back_and_ends_with_everything()
    {
        using var rig = new DownloadRig(Create(PeerContentVersion.V2, 3 * Megabyte));
        rig.Peers.Add();
        var reports = new List<PeerTransferProgress>();
        var progress = new Collector(reports.Add);

        await rig.DownloadAsync(progress: progress);

        Assert.Equal(3 * Megabyte, reports[^1].Done);
        Assert.Equal(3 * Megabyte, reports[^1].FromPeers);
        Assert.Equal(reports.OrderBy(report => report.Done), reports);
        Assert.All(reports, report => Assert.Equal(3 * Megabyte, report.Total));
    }

    private static TestContent Create(PeerContentVersion version, int length) => version == PeerContentVersion.V1
        ? TestContent.V1(7, length, 16)
        : TestContent.V2(7, length, 128 * 1024);

    private static void Restrict(FakePeer peer, Func<SegmentId, bool> has)
    {
        peer.Claims = has;
        peer.List = (id, wanted) => has(id) ? wanted : default(BlockSet);
        peer.Answers = (segment, _) => has(segment.Id) ? BlockOutcome.Received : BlockOutcome.Missing;
    }

    private sealed class Collector(Action<PeerTransferProgress> report) : IProgress<PeerTransferProgress>
    {
        public void Report(PeerTransferProgress value) => report(value);
    }
}
