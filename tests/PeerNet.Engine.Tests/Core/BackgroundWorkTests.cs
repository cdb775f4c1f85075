using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Core;

public sealed class BackgroundWorkTests
{
    [Fact]
    public async Task Whoever_ends_it_waits_for_all_of_it()
    {
        var work = new BackgroundWork(_ => { });
        var gate = new TaskCompletionSource();
        bool isDone = false;
        work.Run(async () =>
        {
            await gate.Task;
            isDone = true;
        });

        Task ending = work.DisposeAsync().AsTask();
        Assert.False(ending.IsCompleted);
        gate.SetResult();
        await ending;
        Assert.True(isDone);
    }

    [Fact]
    public async Task It_is_asked_to_end()
    {
        var work = new BackgroundWork(_ => { });
        CancellationToken stopping = work.Stopping;
        work.Run(() => Task.Delay(Timeout.InfiniteTimeSpan, stopping).ContinueWith(_ => { }, TaskScheduler.Default));

        await work.DisposeAsync();
        Assert.True(stopping.IsCancellationRequested);
    }

    [Fact]
    public async Task What_fails_is_reported()
    {
        var reported = new TaskCompletionSource<Exception>();
        await using var work = new BackgroundWork(reported.SetResult);
        var failure = new InvalidOperationException();
        work.Run(() => Task.FromException(failure));

        Assert.Same(failure, await reported.Task);
    }
}
