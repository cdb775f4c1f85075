using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Download;

/// <summary>When peers are looked for, and how long it is known that there are none (MS-CCROD 2.8).</summary>
public sealed class PeerSearchTests : IDisposable
{
    private const int Range = 65_536;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    // One segment, as a player reads a film from it: range by range.
    private readonly DownloadRig _rig = new(TestContent.V1(27, 32 * Range, 32));

    public PeerSearchTests() => _rig.Origin = new(_rig.Content.Bytes);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Ranges_of_one_segment_come_from_the_peer_for_a_whole_minute()
    {
        _rig.Peers.Add();
        for (int i = 0; i <= 20; i++)
        {
            Assert.Equal((Range, 0), await ReadAsync(i));
            _rig.Time.Advance(Soon);
        }

        // When the Server Entry Timer has run out, and not for each range.
        Assert.InRange(_rig.Peers.Probes.Count, 4, 5);
    }

    [Fact]
    public async Task A_peer_that_failed_once_is_found_again()
    {
        FakePeer peer = _rig.Peers.Add();
        peer.Answers = (_, _) => BlockOutcome.Failed;
        Assert.Equal((0, Range), await ReadAsync(0));
        peer.Answers = (_, _) => BlockOutcome.Received;
        _rig.Time.Advance(Soon);

        Assert.Equal((Range, 0), await ReadAsync(1));
    }

    [Fact]
    public async Task After_a_probe_that_found_nobody_nobody_is_asked_for_15_seconds()
    {
        Assert.Equal((0, Range), await ReadAsync(0));
        _rig.Peers.Add();
        for (int i = 1; i <= 4; i++)
        {
            _rig.Time.Advance(Soon);
            Assert.Equal((0, Range), await ReadAsync(i));
        }

        _rig.Time.Advance(Soon);
        Assert.Equal((Range, 0), await ReadAsync(5));
        Assert.Equal(2, _rig.Peers.Probes.Count);
    }

    [Fact]
    public async Task A_peer_that_answers_when_the_download_is_over_is_asked_by_the_next_one()
    {
        FakePeer peer = _rig.Peers.Add();
        peer.IsDiscoverable = false;
        Assert.Equal((0, Range), await ReadAsync(0));

        _rig.Peers.AnswerLate(peer, [_rig.Content.Segments[0].Id]);

        Assert.Equal((Range, 0), await ReadAsync(1));
    }

    [Fact]
    public async Task A_search_that_was_cut_off_says_nothing()
    {
        _rig.Peers.Add();
        using var cancellation = new CancellationTokenSource();
        _rig.Peers.ProbeDelay = async token =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadAsync(0, cancellationToken: cancellation.Token));
        _rig.Peers.ProbeDelay = null;

        Assert.Equal((Range, 0), await ReadAsync(0));
    }

    [Fact]
    public async Task While_one_download_looks_for_peers_another_does_not_take_it_that_there_are_none()
    {
        _rig.Peers.Add();
        var answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _rig.Peers.ProbeDelay = _ =>
        {
            asked.TrySetResult();
            return answers.Task;
        };
        Task<(long, long)> first = ReadAsync(0);
        await asked.Task;
        Task<(long, long)> second = ReadAsync(1, "other.bin");
        answers.SetResult();

        Assert.Equal((Range, 0), await first);
        Assert.Equal((Range, 0), await second);
    }

    // The first two reads of the source, of 4 MiB each at most, have begun; everything else is the peer's.
    [Fact]
    public async Task A_peer_that_answers_late_is_asked_for_what_the_source_is_not_being_read_for()
    {
        const int megabyte = 1 << 20;
        using var rig = new DownloadRig(TestContent.V1(38, 20 * megabyte, 16));
        FakePeer peer = rig.Peers.Add();
        peer.IsDiscoverable = false;
        var isRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isServed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var areReading = new CountdownEvent(2);
        int served = 0;
        peer.Answers = (_, _) =>
        {
            if (Interlocked.Increment(ref served) == 12 * 16)
            {
                isServed.SetResult();
            }

            return BlockOutcome.Received;
        };
        rig.Origin = new(rig.Content.Bytes)
        {
            Delay = () =>
            {
                if (!areReading.IsSet)
                {
                    areReading.Signal();
                }

                return isRead.Task;
            },
        };
        Task<DownloadResult> download = rig.DownloadAsync();
        await Task.Run(areReading.Wait);

        rig.Peers.AnswerLate(peer, [.. rig.Content.Segments.Select(segment => segment.Id)]);
        await isServed.Task;
        isRead.SetResult();

        PeerContentReceipt receipt = (await download).Receipt;
        rig.AssertWhole();
        Assert.InRange(receipt.BytesFromSource, 1, 8 * megabyte);
        Assert.Equal(20 * megabyte, receipt.BytesFromPeers + receipt.BytesFromSource);
    }

    private async Task<(long FromPeers, long FromSource)> ReadAsync(
        int number, string name = "range.bin", CancellationToken cancellationToken = default)
    {
        PeerReceiveRequest request = new()
        {
            Path = _rig.Folder.Combine(name),
            Offset = number * Range,
            Length = Range,
            Overwrite = true,
        };
        PeerContentReceipt receipt = (await _rig.DownloadAsync(request, cancellationToken: cancellationToken)).Receipt;
        Assert.True(_rig.Content.Bytes.AsSpan(number * Range, Range).SequenceEqual(File.ReadAllBytes(request.Path)));
        return (receipt.BytesFromPeers, receipt.BytesFromSource);
    }
}
