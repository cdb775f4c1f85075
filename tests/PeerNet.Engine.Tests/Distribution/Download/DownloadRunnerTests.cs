using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Download;

namespace PeerNet.Engine.Tests.Distribution.Download;

/// <summary>What should not happen ends the download in which it does, and is what its caller hears.</summary>
public sealed class DownloadRunnerTests : IDisposable
{
    private readonly DownloadRig _rig = new(TestContent.V1(5, 40 * 65_536, 8));

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task A_bug_in_what_asks_peers_is_reported()
    {
        _rig.Peers.Add().Answers = (_, _) => throw new InvalidOperationException("A bug.");
        await AssertFailsAsync();
    }

    [Fact]
    public async Task A_bug_in_the_search_for_peers_is_reported()
    {
        _rig.Peers.ProbeDelay = _ => throw new InvalidOperationException("A bug.");
        await AssertFailsAsync();
    }

    [Fact]
    public async Task A_bug_in_the_source_is_reported()
    {
        _rig.Origin = new(_rig.Content.Bytes) { Fails = _ => throw new InvalidOperationException("A bug.") };
        await AssertFailsAsync();
    }

    [Fact]
    public async Task A_bug_of_who_is_told_of_the_progress_is_reported()
    {
        _rig.Peers.Add();
        await AssertFailsAsync(new Thrower());
    }

    [Fact]
    public async Task A_failed_download_harms_no_other_that_runs()
    {
        var isAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isOver = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _rig.Origin = new(_rig.Content.Bytes)
        {
            Delay = () =>
            {
                isAsked.TrySetResult();
                return isOver.Task;
            },
        };
        Task<DownloadResult> download = _rig.DownloadAsync();
        await isAsked.Task;

        _rig.Origin = new(_rig.Content.Bytes) { Fails = _ => throw new InvalidOperationException("A bug.") };
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _rig.DownloadAsync(_rig.Request with { Path = _rig.Folder.Combine("other.bin") }));

        isOver.SetResult();
        await download;
        Assert.True(_rig.Content.Bytes.AsSpan().SequenceEqual(File.ReadAllBytes(_rig.Target)));
    }

    [Fact]
    public async Task A_download_goes_on_when_its_runner_is_closed_and_another_does_not_begin()
    {
        var isAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isClosed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _rig.Peers.Add().Delay = _ =>
        {
            isAsked.TrySetResult();
            return isClosed.Task;
        };
        Task<DownloadResult> download = _rig.DownloadAsync();
        await isAsked.Task;

        _rig.Close();
        isClosed.SetResult();

        await download;
        _rig.AssertWhole();
        PeerException failure = await Assert.ThrowsAsync<PeerException>(
            () => _rig.DownloadAsync(_rig.Request with { Path = _rig.Folder.Combine("other.bin") }));
        Assert.Equal(PeerErrors.NotInitialized, failure.Error);
    }

    private async Task AssertFailsAsync(IProgress<PeerTransferProgress>? progress = null)
    {
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => _rig.DownloadAsync(progress: progress));
        Assert.Equal("A bug.", failure.Message);
        Assert.False(File.Exists(_rig.Target));
    }

    private sealed class Thrower : IProgress<PeerTransferProgress>
    {
        public void Report(PeerTransferProgress value) => throw new InvalidOperationException("A bug.");
    }
}
