using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Download.Protocol;

/// <summary>Who is asked for which block when (MS-CCROD 2.8): the machine alone, in virtual time.</summary>
public sealed class DownloadMachineTests
{
    private const int Block = 65_536;

    private static readonly TimeSpan Tick = new(1);

    // Two segments of sixteen blocks.
    private readonly TestContent _content = TestContent.V1(1, 32 * Block, 16);

    [Fact]
    public void One_peer_is_found_by_one_probe_says_what_it_has_and_sends_it_all()
    {
        var rig = new MachineRig(_content);
        DownloadRequest probe = Assert.Single(rig.Open);
        Assert.Equal(_content.Segments.Select(segment => segment.Id), probe.GetIds());

        rig.Find(1);
        Assert.All(rig.Open, request => Assert.Equal(DownloadRequestKind.BlockList, request.Kind));
        rig.Serve();

        Assert.True(rig.HasEnded && rig.Download.IsWhole);
        Assert.Equal((32 * Block, 1), (rig.Download.GetBytes(BlockSource.Peer), rig.Download.UsefulPeers));
    }

    [Fact]
    public void Up_to_three_blocks_in_a_row_are_asked_for_without_a_list()
    {
        var rig = new MachineRig(TestContent.V1(1, 3 * Block, 16));
        rig.Find(1);
        Assert.All(rig.Open, request => Assert.Equal(DownloadRequestKind.Block, request.Kind));
    }

    [Fact]
    public void What_is_at_hand_is_asked_of_nobody()
    {
        var rig = new MachineRig(_content, new()) { AtHand = _ => BlockSet.First(16) };
        rig.Begin(new() { CanDiscover = true });

        Assert.True(rig.HasEnded && rig.Download.IsWhole);
        Assert.Empty(rig.Open);
        Assert.Equal(32 * Block, rig.Download.GetBytes(BlockSource.Cache));
    }

    [Fact]
    public void Many_peers_are_all_at_work_and_none_has_more_than_it_has_earned()
    {
        var rig = new MachineRig(_content);
        rig.Find(1, 2, 3, 4);
        foreach (DownloadRequest list in rig.Asked(DownloadRequestKind.BlockList))
        {
            rig.List(list, list.Session.Wanted);
        }

        for (int peer = 1; peer <= 4; peer++)
        {
            Assert.Equal(2, rig.Asked(DownloadRequestKind.Block, peer).Length);
        }

        Assert.Equal(8, rig.Open.Select(request => (request.Session, request.Block)).Distinct().Count());
    }

    [Fact]
    public void Who_lies_is_excluded_and_what_it_was_asked_for_others_are()
    {
        var rig = new MachineRig(_content);
        rig.Find(1, 2);
        rig.List(rig.Asked(DownloadRequestKind.BlockList, 1)[0], BlockSet.First(16));
        DownloadRequest lie = rig.Asked(DownloadRequestKind.Block, 1)[0];

        rig.Answer(lie, BlockOutcome.Corrupt);

        Assert.Equal(MachineRig.Peer(1), rig.Others.OfType<DownloadEffect.Exclude>().Single().Server);
        Assert.DoesNotContain(rig.Open, request => request.Server!.Address == MachineRig.Peer(1));
        rig.Serve(2);
        Assert.Empty(rig.Open);
        Finish(rig);
        Assert.Equal((1, 1), (rig.Download.ExcludedServers, rig.Download.UsefulPeers));
    }

    [Fact]
    public void A_block_that_takes_long_is_asked_of_an_idle_peer_too_and_the_first_to_come_counts()
    {
        var rig = new MachineRig(TestContent.V1(1, Block, 1));
        rig.Find(1, 2);
        DownloadRequest first = Assert.Single(rig.Open);
        rig.RunFor(DownloadLimits.SecondRequestDelay - Tick);
        Assert.Single(rig.Open);

        rig.RunFor(Tick);
        DownloadRequest twin = rig.Open[1];
        Assert.NotSame(first.Server, twin.Server);
        rig.Answer(twin);

        Assert.Equal([first], rig.Cancelled);
        Assert.False(rig.HasEnded);
        rig.Answer(first, BlockOutcome.Received);
        Assert.True(rig.HasEnded);
        Assert.Equal(Block, rig.Download.GetBytes(BlockSource.Peer));
    }

    [Fact]
    public void A_busy_peer_is_left_alone_for_250_ms_and_for_twice_as_long_the_next_time()
    {
        var rig = new MachineRig(TestContent.V1(1, Block, 1));
        rig.Find(1);
        for (TimeSpan wait = DownloadLimits.BusyDelay; wait <= 4 * DownloadLimits.BusyDelay; wait *= 2)
        {
            rig.Answer(rig.Open[0], BlockOutcome.Busy);
            rig.RunFor(wait - Tick);
            Assert.Empty(rig.Open);
            rig.RunFor(Tick);
            Assert.Single(rig.Open);
        }

        rig.Serve();
        Assert.True(rig.HasEnded);
    }

    [Fact]
    public void Where_nobody_has_anything_and_there_is_no_source_it_ends()
    {
        var rig = new MachineRig(_content);
        rig.Find();
        Assert.True(rig.HasEnded);
        Assert.False(rig.Download.IsWhole);
    }

    [Fact]
    public void What_nobody_has_the_source_is_read_for_in_two_long_reads_at_once()
    {
        var rig = new MachineRig(TestContent.V1(1, 320 * Block, 16), new() { CanDiscover = true, HasSource = true });
        while (rig.Asked(DownloadRequestKind.Probe).Length > 0)
        {
            rig.Find();
        }

        Assert.Equal([(0, 64), (64, 64)], rig.Reads.Select(read => (read.First, read.Count)));
        while (rig.Reads.Count > 0)
        {
            SourceRead read = rig.Reads[0];
            rig.Reads.RemoveAt(0);
            rig.Download.SourceRead(rig.Now, read);
            rig.Take();
        }

        Assert.True(rig.HasEnded && rig.Download.IsWhole);
        Assert.Equal(320 * Block, rig.Download.GetBytes(BlockSource.Origin));
    }

    [Fact]
    public void What_is_shorter_than_a_search_comes_from_the_source_before_anybody_is_looked_for()
    {
        var rig = new MachineRig(TestContent.V1(1, DownloadLimits.SourceFirstLength, 1), new() { CanDiscover = true, HasSource = true });
        Assert.Empty(rig.Open);
        rig.Download.SourceRead(rig.Now, Assert.Single(rig.Reads));
        rig.Take();
        Assert.True(rig.HasEnded && rig.Download.IsWhole);
    }

    [Fact]
    public void Where_that_source_fails_peers_are_looked_for_all_the_same()
    {
        var rig = new MachineRig(TestContent.V1(1, Block, 1), new() { CanDiscover = true, HasSource = true });
        rig.Download.SourceFailed(rig.Now, Assert.Single(rig.Reads), isPassing: false);
        rig.Take();
        rig.Find(1);
        rig.Serve();

        Assert.True(rig.HasEnded && rig.Download.IsWhole);
        Assert.Equal(Block, rig.Download.GetBytes(BlockSource.Peer));
    }

    [Fact]
    public void Where_nobody_is_found_then_that_is_the_end()
    {
        var rig = new MachineRig(TestContent.V1(1, Block, 1), new() { CanDiscover = true, HasSource = true });
        rig.Download.SourceFailed(rig.Now, Assert.Single(rig.Reads), isPassing: false);
        rig.Take();
        rig.Find();
        Assert.True(rig.HasEnded && !rig.Download.IsWhole);
    }

    [Fact]
    public void Where_nobody_can_be_looked_for_nobody_is_asked_again()
    {
        var rig = new MachineRig(TestContent.V1(1, Block, 1), new() { HasSource = true });
        rig.Download.SourceFailed(rig.Now, Assert.Single(rig.Reads), isPassing: false);
        rig.Take();
        Assert.True(rig.HasEnded);
        Assert.Empty(rig.Others.OfType<DownloadEffect.AskAgain>());
    }

    [Fact]
    public void A_short_range_of_long_content_is_looked_for()
    {
        var rig = new MachineRig(_content, new());
        rig.Begin(new() { CanDiscover = true, HasSource = true }, length: Block);
        Assert.Equal(DownloadRequestKind.Probe, Assert.Single(rig.Open).Kind);
        Assert.Empty(rig.Reads);
    }

    [Fact]
    public void Who_is_known_to_have_it_is_asked_before_the_source()
    {
        TestContent content = TestContent.V1(1, Block, 1);
        var rig = new MachineRig(content, new() { CanDiscover = true });
        rig.Find(1);
        rig.Begin(new() { CanDiscover = true, HasSource = true });
        Assert.Empty(rig.Reads);
        Assert.Equal(MachineRig.Peer(1), rig.Open[^1].Server!.Address);
    }

    [Fact]
    public void A_source_that_fails_in_passing_is_tried_three_times_each_after_twice_the_time()
    {
        var rig = new MachineRig(_content, new() { HasSource = true });
        SourceRead read = Assert.Single(rig.Reads);
        for (TimeSpan wait = DownloadLimits.SourceDelay; wait <= 2 * DownloadLimits.SourceDelay; wait *= 2)
        {
            Fail();
            rig.RunFor(wait - Tick);
            Assert.Empty(rig.Reads);
            rig.RunFor(Tick);
            Assert.Equal([read], rig.Reads);
        }

        Fail();
        Assert.True(rig.Download.IsSourceOff && rig.HasEnded);

        void Fail()
        {
            rig.Reads.Clear();
            rig.Download.SourceFailed(rig.Now, read, isPassing: true);
            rig.Take();
        }
    }

    [Fact]
    public void A_source_that_says_no_is_not_tried_again()
    {
        var rig = new MachineRig(_content, new() { HasSource = true });
        rig.Download.SourceFailed(rig.Now, rig.Reads[0], isPassing: false);
        rig.Take();
        Assert.True(rig.Download.IsSourceOff && rig.HasEnded);
    }

    [Fact]
    public void A_request_expires_at_its_time_and_its_block_is_asked_of_another()
    {
        var rig = new MachineRig(TestContent.V1(1, Block, 1));
        rig.Find(1);
        DownloadRequest request = Assert.Single(rig.Open);
        rig.RunFor(DownloadLimits.RequestTimeout - Tick);
        Assert.Empty(rig.Cancelled);
        rig.Machine.FoundLate(rig.Now, MachineRig.Peer(2), request.GetIds());
        rig.Take();
        DownloadRequest twin = rig.Asked(DownloadRequestKind.Block, 2).Single();

        rig.RunFor(Tick);
        Assert.Equal([request], rig.Cancelled);
        rig.Answer(twin);
        rig.Answer(request, BlockOutcome.Failed);
        Assert.True(rig.HasEnded && rig.Download.IsWhole);
    }

    [Fact]
    public void An_answer_that_is_late_is_taken_while_the_block_is_wanted()
    {
        var rig = new MachineRig(TestContent.V1(1, Block, 1));
        rig.Find(1, 2);
        DownloadRequest late = Assert.Single(rig.Open);
        rig.RunFor(DownloadLimits.RequestTimeout);
        DownloadRequest twin = Assert.Single(rig.Open);

        rig.Answer(late);

        Assert.Equal([twin], rig.Cancelled);
        rig.Answer(twin, BlockOutcome.Failed);
        Assert.True(rig.HasEnded && rig.Download.IsWhole);
        Assert.Equal(Block, rig.Download.GetBytes(BlockSource.Peer));
    }

    [Fact]
    public void A_probe_that_nobody_ends_is_over_at_the_Request_Timer_and_says_nothing_of_who_has_what()
    {
        var rig = new MachineRig(_content);
        DownloadRequest probe = Assert.Single(rig.Open);
        rig.RunFor(DownloadLimits.RequestTimeout);
        Assert.Equal([probe], rig.Cancelled);
        rig.Download.ProbeEnded(rig.Now, probe, isAnswered: true);
        rig.Take();
        Assert.True(rig.HasEnded);

        // The next download looks again.
        rig.Begin(new() { CanDiscover = true });
        Assert.Equal(DownloadRequestKind.Probe, Assert.Single(rig.Open).Kind);
    }

    [Fact]
    public void A_session_to_which_nobody_delivers_is_given_up_after_five_seconds_and_its_blocks_go_to_the_source()
    {
        var rig = new MachineRig(TestContent.V1(1, 2 * Block, 2), new() { CanDiscover = true, HasSource = true });
        rig.Find(1);
        TimeSpan begun = rig.Elapsed;
        while (rig.Reads.Count == 0)
        {
            rig.Open.ToList().ForEach(request => rig.Answer(request, BlockOutcome.Busy));
            while (rig.Open.Count == 0 && rig.Reads.Count == 0)
            {
                rig.RunFor(Tick + (rig.Machine.NextDue - rig.Elapsed));
            }
        }

        Assert.InRange(rig.Elapsed - begun, DownloadLimits.SessionTimeout, DownloadLimits.SessionTimeout + DownloadLimits.RequestTimeout);
    }

    [Fact]
    public void A_hosted_cache_that_restarts_is_left_alone_and_asked_again_before_the_download_is_given_up()
    {
        var rig = new MachineRig(_content, new() { HostedCaches = [MachineRig.Peer(9)] });
        Hold(rig);
        bool isUp = true;
        while (rig.Open.Count > 0)
        {
            rig.RunFor(Tick);
            DownloadRequest request = rig.Open[0];
            if (request.Kind == DownloadRequestKind.BlockList)
            {
                rig.List(request, request.Session.Wanted);
            }
            else
            {
                rig.Answer(request, isUp ? BlockOutcome.Received : BlockOutcome.Failed);
                isUp = rig.Others.OfType<DownloadEffect.AskAgain>().Any();
                Hold(rig);
            }
        }

        Assert.True(rig.HasEnded && rig.Download.IsWhole);
        Assert.Equal(32 * Block, rig.Download.GetBytes(BlockSource.HostedCache));
    }

    [Fact]
    public void A_hosted_cache_of_version_1_is_asked_for_each_segment_as_it_comes()
    {
        var rig = new MachineRig(_content, new() { HostedCaches = [MachineRig.Peer(9)] });
        DownloadRequest list = Assert.Single(rig.Open);
        Assert.Equal(DownloadRequestKind.SegmentList, list.Kind);
        rig.Open.Clear();
        rig.Download.SegmentListEnded(rig.Now, list, held: null);
        rig.Take();
        rig.Serve();

        Assert.True(rig.HasEnded && rig.Download.IsWhole);
        Assert.Equal(32 * Block, rig.Download.GetBytes(BlockSource.HostedCache));
    }

    [Fact]
    public void A_hosted_cache_that_does_not_answer_for_its_segments_is_over_at_the_Request_Timer()
    {
        var rig = new MachineRig(_content, new() { HostedCaches = [MachineRig.Peer(9)] });
        DownloadRequest list = Assert.Single(rig.Open);
        rig.RunFor(DownloadLimits.RequestTimeout);
        Assert.Equal([list], rig.Cancelled);
        Assert.NotEmpty(rig.Asked(DownloadRequestKind.BlockList, 9));
    }

    [Fact]
    public void A_peer_that_answers_late_is_asked_for_what_the_source_is_not_being_read_for()
    {
        var rig = new MachineRig(TestContent.V1(1, 320 * Block, 16), new() { CanDiscover = true, HasSource = true });
        while (rig.Asked(DownloadRequestKind.Probe).Length > 0)
        {
            rig.Find();
        }

        rig.Machine.FoundLate(rig.Now, MachineRig.Peer(1), [.. rig.Content.Segments.Select(segment => segment.Id)]);
        rig.Take();
        rig.Serve(1);

        Assert.Equal(192 * Block, rig.Download.GetBytes(BlockSource.Peer));
        Assert.Equal(2, rig.Reads.Count);
    }

    [Fact]
    public void What_came_is_written_down_every_two_seconds_where_there_is_something_new()
    {
        var rig = new MachineRig(TestContent.V1(1, 2 * Block, 1));
        rig.Find(1);
        rig.RunFor(DownloadLimits.StateInterval / 2);
        Assert.Empty(rig.Others.OfType<DownloadEffect.Save>());
        rig.Answer(rig.Open[0]);
        rig.RunFor((DownloadLimits.StateInterval / 2) - Tick);
        Assert.Empty(rig.Others.OfType<DownloadEffect.Save>());

        rig.RunFor(Tick);
        Assert.Equal(1, rig.Others.OfType<DownloadEffect.Save>().Single().Held.Marked);
        rig.Download.Saved(rig.Now);
        rig.RunFor(10 * DownloadLimits.StateInterval);
        Assert.Single(rig.Others.OfType<DownloadEffect.Save>());
    }

    [Fact]
    public void Nothing_is_due_when_no_download_runs()
    {
        var rig = new MachineRig(_content);
        rig.Machine.Leave(rig.Download);
        Assert.Equal(TimeSpan.MaxValue, rig.Machine.NextDue);
    }

    // The hosted cache says that it has all it is asked for.
    private static void Hold(MachineRig rig)
    {
        foreach (DownloadRequest list in rig.Asked(DownloadRequestKind.SegmentList))
        {
            rig.Open.Remove(list);
            rig.Download.SegmentListEnded(rig.Now, list, [.. Enumerable.Range(0, list.Sessions.Count)]);
            rig.Take();
        }
    }

    // Whatever was cancelled has ended by now.
    private static void Finish(MachineRig rig)
    {
        while (rig.Cancelled.Count > 0)
        {
            DownloadRequest request = rig.Cancelled[0];
            if (request.Kind == DownloadRequestKind.Block)
            {
                rig.Answer(request, BlockOutcome.Failed);
            }
            else
            {
                rig.List(request, null);
            }

            rig.Serve();
        }

        Assert.True(rig.HasEnded && rig.Download.IsWhole);
    }
}
