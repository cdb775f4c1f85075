using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Core;

/// <summary>A machine whose state is written down: what is not kept never was.</summary>
public sealed class MachineJournalTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HandTimeProvider _time = new();
    private readonly HandMachine _machine = new();
    private readonly HandJournal _journal = new();
    private readonly List<string> _failures = [];
    private readonly MachineLoop<string> _loop;

    public MachineJournalTests() => _loop = new(
        _machine,
        effect => _journal.Told.Add($"do {effect}"),
        failure => _failures.Add(failure.Message),
        _time,
        maximumEntries: 0,
        maximumBytes: 0,
        _journal)
    {
        Ended = () => PeerErrors.InvalidGraph.Exception("It is closed."),
    };

    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    [Fact]
    public async Task Effects_leave_when_what_led_to_them_is_kept()
    {
        await _loop.AskAsync(_ => Want("this"));

        Assert.Equal(["begin", "commit", "do this"], _journal.Told);
    }

    [Fact]
    public async Task What_comes_while_a_batch_is_taken_is_kept_with_it()
    {
        Task<int>[] asked = await WhileBusyAsync(() => [AskAsync("one"), AskAsync("two"), AskAsync("three")]);

        await Task.WhenAll(asked).WaitAsync(Patience);
        Assert.Equal(["begin", "commit", "do one", "do two", "do three"], _journal.Told);
    }

    [Fact]
    public async Task What_is_to_be_written_through_waits_for_a_batch_that_is()
    {
        Task<int>[] asked = await WhileBusyAsync(() => [WriteAsync("mine"), AskAsync("theirs")]);

        await Task.WhenAll(asked).WaitAsync(Patience);
        Assert.Equal(["begin", "commit", "begin through", "commit", "do mine", "do theirs"], _journal.Told);
    }

    [Fact]
    public async Task Only_what_somebody_alone_has_is_written_through()
    {
        await AskAsync("theirs");
        await WriteAsync("mine");
        await AskAsync("theirs");

        Assert.Equal(["begin", "begin through", "begin"], _journal.Told.Where(told => told.StartsWith("begin", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Of_a_batch_that_is_not_kept_nothing_is_done_and_only_who_wrote_it_is_told()
    {
        _journal.Failure = PeerErrors.DiskFull.Exception("Full.");
        Task<int> mine = Task.FromResult(0);
        Task<int>[] asked = await WhileBusyAsync(() => [mine = WriteAsync("mine"), AskAsync("theirs")]);

        PeerException told = await Assert.ThrowsAsync<PeerException>(() => mine.WaitAsync(Patience));
        Assert.Equal(PeerErrors.DiskFull, told.Error);
        Assert.Equal(1, await asked[1].WaitAsync(Patience));
        Assert.Contains("undo mine, theirs", _journal.Told);
        Assert.DoesNotContain("do mine", _journal.Told);
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task The_machine_learns_what_is_kept_before_the_next_input_and_not_earlier()
    {
        _journal.Failure = PeerErrors.DiskFull.Exception("Full.");
        await AskAsync("lost");
        Assert.DoesNotContain("reload", _journal.Told);

        _journal.Failure = null;
        await AskAsync("kept");
        await AskAsync("more");

        Assert.Equal(["begin", "reload", "commit", "do kept", "begin", "commit", "do more"], _journal.Told.SkipWhile(told => told != "undo lost").Skip(1));
    }

    [Fact]
    public async Task What_comes_after_the_batch_has_failed_goes_into_the_next()
    {
        Task<int>[] asked = await WhileBusyAsync(() =>
        [
            _loop.AskAsync(_ => Fail("one")),
            AskAsync("two"),
        ]);

        await Task.WhenAll(asked).WaitAsync(Patience);
        Assert.Equal(["undo one", "begin", "reload", "commit", "do two"], _journal.Told.SkipWhile(told => told != "undo one"));
    }

    [Fact]
    public async Task A_disk_that_stays_full_is_asked_once_a_second()
    {
        _journal.Failure = PeerErrors.DiskFull.Exception("Full.");

        _machine.IsBusy = true;
        await _loop.AskAsync(_ => _machine.NextDue = _time.Elapsed);

        await _time.UntilAsync(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Who_wrote_hears_of_it_when_others_can_take_more()
    {
        _journal.AnswersResume = _time.Elapsed + TimeSpan.FromSeconds(2);
        Task<int> mine = WriteAsync("mine");
        await AskAsync("theirs");

        Assert.Contains("do mine", _journal.Told);
        Assert.False(mine.IsCompleted);
        await _time.UntilAsync(TimeSpan.FromSeconds(2));

        _time.Elapsed = _journal.AnswersResume;
        _time.Fire();
        Assert.Equal(1, await mine.WaitAsync(Patience));
    }

    [Fact]
    public async Task Nobody_is_kept_waiting_for_others_at_the_end()
    {
        _journal.AnswersResume = _time.Elapsed + TimeSpan.FromDays(1);
        Task<int> mine = WriteAsync("mine");
        await AskAsync("theirs");

        await _loop.DisposeAsync();

        Assert.Equal(1, await mine.WaitAsync(Patience));
    }

    [Fact]
    public async Task What_comes_too_late_is_told_so()
    {
        await _loop.DisposeAsync();

        PeerException told = await Assert.ThrowsAsync<PeerException>(() => AskAsync("late"));
        Assert.Equal(PeerErrors.InvalidGraph, told.Error);
        Assert.False(_loop.Post(_ => { }));
        Assert.False(await _loop.PostAsync(_ => { }));
    }

    [Fact]
    public void Whoever_brings_an_input_does_not_wait_for_the_disk()
    {
        using var isDone = new ManualResetEventSlim();
        int thread = 0;

        _loop.Post(_ =>
        {
            thread = Environment.CurrentManagedThreadId;
            isDone.Set();
        });

        Assert.True(isDone.Wait(Patience));
        Assert.NotEqual(Environment.CurrentManagedThreadId, thread);
    }

    private Task<int> AskAsync(string effect) => _loop.AskAsync(_ => Want(effect));

    private Task<int> WriteAsync(string effect) => _loop.WriteAsync(_ => Want(effect));

    private int Want(string effect)
    {
        _machine.Effects.Add(effect);
        return 1;
    }

    private int Fail(string effect)
    {
        (_journal.HasFailed, _journal.IsCalm) = (true, false);
        return Want(effect);
    }

    /// <summary>Asks while the loop is busy, so that all of it waits when the loop goes on.</summary>
    private async Task<Task<int>[]> WhileBusyAsync(Func<Task<int>[]> ask)
    {
        using var isBusy = new ManualResetEventSlim();
        using var isAsked = new ManualResetEventSlim();
        _loop.Post(_ =>
        {
            _journal.IsCalm = true;
            isBusy.Set();
            isAsked.Wait(Patience);
        });
        Assert.True(isBusy.Wait(Patience));
        Task<int>[] asked = ask();
        isAsked.Set();
        await Task.WhenAny(Task.WhenAll(asked)).WaitAsync(Patience);
        return asked;
    }

    /// <summary>Writes down what it is told.</summary>
    private sealed class HandJournal : IMachineJournal<string>
    {
        public List<string> Told { get; } = [];

        public TimeSpan AnswersResume { get; set; } = TimeSpan.MinValue;

        public bool HasFailed { get; set; }

        /// <summary>What the next batches fail with; null where they are kept.</summary>
        public PeerException? Failure { get; set; }

        /// <summary>Whether the batch at hand is kept whatever else.</summary>
        public bool IsCalm { get; set; }

        public void Begin(bool isDurable) => Told.Add(isDurable ? "begin through" : "begin");

        public void Commit()
        {
            PeerException? failure = IsCalm ? null : HasFailed ? PeerErrors.DiskFull.Exception("Full.") : Failure;
            (IsCalm, HasFailed) = (false, false);
            if (failure is not null)
            {
                throw failure;
            }

            Told.Add("commit");
        }

        public void Undo(IReadOnlyList<string> effects, PeerException failure) => Told.Add($"undo {string.Join(", ", effects)}");

        public void Reload(Moment now) => Told.Add("reload");
    }
}
