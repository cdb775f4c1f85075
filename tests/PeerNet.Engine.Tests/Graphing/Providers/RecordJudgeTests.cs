using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Tests.Graphing.Hosting;

namespace PeerNet.Engine.Tests.Graphing.Providers;

/// <summary>Providers that judge batches are asked by all connections at once, others about one record at a time; and what
/// one of them throws is a no.</summary>
public sealed class RecordJudgeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeBatchJudge _provider = new();
    private readonly CollectingGraphObserver _observer = new();

    [Fact]
    public async Task Batches_of_different_connections_do_not_wait_for_each_other()
    {
        using var meeting = new Barrier(2);
        _provider.Batch = (questions, cancellationToken) => meeting.SignalAndWait(Patience, cancellationToken) ? new RecordVerdict[questions.Count] : [];
        _provider.Alone = _ => RecordVerdict.Invalid;
        await using RecordJudge judge = Judge(_provider);

        RecordVerdict[][] verdicts = await Task.WhenAll(judge.JudgeAsync(Questions(2), default), judge.JudgeAsync(Questions(1), default))
            .WaitAsync(Patience);

        Assert.Equal([RecordVerdict.Valid, RecordVerdict.Valid], verdicts[0]);
        Assert.Equal([RecordVerdict.Valid], verdicts[1]);
    }

    [Fact]
    public async Task A_provider_that_knows_no_batches_is_asked_about_one_record_at_a_time()
    {
        int atOnce = 0;
        int most = 0;
        var provider = new BadProvider
        {
            Validate = _ =>
            {
                most = Math.Max(most, Interlocked.Increment(ref atOnce));
                Thread.Yield();
                Interlocked.Decrement(ref atOnce);
                return RecordVerdict.Valid;
            },
        };
        await using RecordJudge judge = Judge(provider);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => judge.JudgeAsync(Questions(50), default))).WaitAsync(Patience);

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Of_a_batch_that_throws_the_records_that_do_so_alone_are_invalid_and_the_others_are_not()
    {
        _provider.Batch = (_, _) => throw new InvalidOperationException("together");
        _provider.Alone = record => record.Version == 1 ? throw new InvalidOperationException("alone") : RecordVerdict.Valid;
        await using RecordJudge judge = Judge(_provider);

        RecordVerdict[] verdicts = await judge.JudgeAsync(Questions(3), default);

        Assert.Equal([RecordVerdict.Valid, RecordVerdict.Invalid, RecordVerdict.Valid], verdicts);
        Assert.Contains("alone", Assert.Single(_observer.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_with_a_verdict_too_few_is_asked_about_record_by_record()
    {
        _provider.Batch = (questions, _) => new RecordVerdict[questions.Count - 1];
        _provider.Alone = _ => RecordVerdict.Defer;
        await using RecordJudge judge = Judge(_provider);

        Assert.Equal([RecordVerdict.Defer, RecordVerdict.Defer], await judge.JudgeAsync(Questions(2), default));
    }

    [Fact]
    public async Task Who_leaves_the_graph_waits_for_the_provider_to_end_what_it_is_at()
    {
        using var leaving = new CancellationTokenSource();
        using var isJudging = new SemaphoreSlim(0);
        using var mayEnd = new ManualResetEventSlim();
        bool hasEnded = false;
        _provider.Batch = (_, cancellationToken) =>
        {
            isJudging.Release();
            mayEnd.Wait(Patience, CancellationToken.None);
            hasEnded = true;
            throw new OperationCanceledException(cancellationToken);
        };
        RecordJudge judge = Judge(_provider);
        Task<RecordVerdict[]> verdicts = judge.JudgeAsync(Questions(2), leaving.Token);
        Assert.True(await isJudging.WaitAsync(Patience));

        await leaving.CancelAsync();
        Task end = judge.DisposeAsync().AsTask();
        bool hasWaited = !end.IsCompleted;
        mayEnd.Set();
        await end.WaitAsync(Patience);

        Assert.True(hasWaited && hasEnded);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => verdicts);
        Assert.Empty(_observer.Failures);
    }

    private RecordJudge Judge(IGraphSecurityProvider provider)
    {
        var guarded = new GuardedSecurityProvider(provider, "graph", _observer, NullLogger.Instance);
        return new RecordJudge(guarded, guarded.Batches);
    }

    private static RecordQuestion[] Questions(int count) =>
    [
        .. Enumerable.Range(0, count).Select(number => new RecordQuestion(
            new("graph", GraphRig.RecordType, Guid.Empty, (uint)number, "alice", "", 1, 3, 2, false, "", [], []), RecordAction.Add)),
    ];
}
