using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Download.Protocol;

/// <summary>What the source is read for. A download goes on until nothing is left of it.</summary>
public sealed class SourceReadsTests
{
    private const int Block = 65_536;

    private readonly EffectList<DownloadEffect> _effects = new();
    private readonly DownloadContext _context;
    private readonly SourceReads _reads;

    // Ten segments of sixteen blocks, 10 MiB in all.
    public SourceReadsTests()
    {
        ContentLayout layout = ContentLayout.Create(TestContent.V1(1, 160 * Block, 16).Information, 0, null);
        var lists = new ServerInformationLists();
        _context = new(new(layout, new(), lists, _effects), lists, _effects);
        _reads = new(_context, layout, hasSource: true);
    }

    [Fact]
    public void At_first_nothing_is_missing_and_nothing_is_read()
    {
        _reads.Read();
        Assert.Empty(_effects.Take());
        Assert.True(_reads.IsIdle);
    }

    [Fact]
    public void Neighbours_are_read_together_4_MiB_at_once_and_no_more_than_two_such_reads()
    {
        for (int index = 0; index < 10; index++)
        {
            _reads.Add(index, BlockSet.First(16));
        }

        Assert.Equal([(0, 64), (64, 64)], Read().Select(read => (read.First, read.Count)));
        Assert.Equal(32, _reads.Missing);
    }

    [Fact]
    public void A_gap_ends_a_read()
    {
        _reads.Add(0, BlockSet.Range(1, 2));
        _reads.Add(0, BlockSet.Range(5, 1));
        Assert.Equal([(1, 2), (5, 1)], Read().Select(read => (read.First, read.Count)));
    }

    [Fact]
    public void What_is_being_read_is_awaited()
    {
        _reads.Add(0, BlockSet.First(2));
        Assert.False(_reads.IsIdle);
        Assert.Single(Read());
        Assert.Equal((0, false), (_reads.Missing, _reads.IsIdle));
        _reads.End();
        Assert.True(_reads.IsIdle);
    }

    [Fact]
    public void What_could_not_be_read_is_missing_again_and_the_source_is_off()
    {
        _reads.Add(0, BlockSet.Range(3, 2));
        _reads.Fail(TimeSpan.Zero, Read().Single(), isPassing: false);
        Assert.Equal((2, false, true), (_reads.Missing, _reads.IsOn, _reads.IsIdle));
        Assert.Empty(Read());
    }

    [Fact]
    public void What_waits_can_be_taken_back_and_what_is_being_read_cannot()
    {
        _reads.Add(0, BlockSet.First(16));
        Read();
        _reads.Add(1, BlockSet.First(3));
        Assert.True(_reads.Take(0).IsEmpty);
        Assert.Equal(BlockSet.First(3), _reads.Take(1));
        Assert.Equal(0, _reads.Missing);
    }

    [Fact]
    public void A_try_in_passing_is_due_later_and_one_that_finds_the_source_off_gives_its_blocks_back()
    {
        _reads.Add(0, BlockSet.First(1));
        _reads.Add(0, BlockSet.Range(2, 1));
        SourceRead[] reads = Read();
        _reads.Fail(TimeSpan.Zero, reads[0], isPassing: true);
        Assert.Equal(DownloadLimits.SourceDelay, _context.Timers.NextDue);

        _reads.Fail(TimeSpan.Zero, reads[1], isPassing: false);
        _reads.TryAgain(reads[0]);
        Assert.Equal((2, true), (_reads.Missing, _reads.IsIdle));
    }

    private SourceRead[] Read()
    {
        _reads.Read();
        return [.. _effects.Take().Cast<DownloadEffect.Read>().Select(effect => effect.What)];
    }
}
