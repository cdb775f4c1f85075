using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Core;

public sealed class MachineLoopTests
{
    [Fact]
    public async Task A_timer_that_fires_early_is_set_again()
    {
        var time = new HandTimeProvider();
        var machine = new HandMachine();
        await using var loop = new MachineLoop<string>(machine, _ => { }, _ => { }, time, 10, 1000);
        TimeSpan due = time.Elapsed + TimeSpan.FromSeconds(1);
        await loop.AskAsync(_ => machine.NextDue = due);
        time.Elapsed = due - TimeSpan.FromMilliseconds(0.5);
        time.Fire();
        Assert.Equal(0, machine.Advanced);
        Assert.Equal(TimeSpan.FromMilliseconds(1), time.Wait);
        time.Elapsed = due;
        time.Fire();
        Assert.Equal(1, machine.Advanced);
    }

    [Fact]
    public async Task What_is_due_later_than_a_timer_can_wait_is_waited_for_in_steps()
    {
        var time = new HandTimeProvider();
        var machine = new HandMachine();
        await using var loop = new MachineLoop<string>(machine, _ => { }, _ => { }, time, 10, 1000);

        await loop.AskAsync(_ => machine.NextDue = time.Elapsed + TimeSpan.FromDays(100));

        Assert.InRange(time.Wait, TimeSpan.FromHours(1), TimeSpan.FromDays(49));
    }

    [Fact]
    public async Task What_an_input_makes_due_at_once_waits_for_no_timer()
    {
        var time = new HandTimeProvider();
        var machine = new HandMachine();
        await using var loop = new MachineLoop<string>(machine, _ => { }, _ => { }, time, 10, 1000);

        await loop.AskAsync(_ => machine.NextDue = time.Elapsed);

        Assert.Equal(1, machine.Advanced);
    }

    [Fact]
    public async Task On_the_pool_who_brings_an_input_does_not_run_the_machine()
    {
        using var isFree = new ManualResetEventSlim();
        await using var loop = new MachineLoop<string>(new HandMachine(), _ => { }, _ => { }, TimeProvider.System, 10, 1000)
        {
            IsOnPool = true,
        };

        // Run here, it would never end.
        Task<bool> asked = loop.AskAsync(_ => isFree.Wait(TimeSpan.FromSeconds(60)));
        isFree.Set();

        Assert.True(await asked);
    }

    [Fact]
    public async Task Inputs_are_taken_in_order_and_what_comes_of_one_is_done_before_the_next()
    {
        var machine = new HandMachine();
        List<string> done = [];
        await using var loop = new MachineLoop<string>(machine, done.Add, _ => { }, TimeProvider.System, 10, 1000);

        await loop.AskAsync(_ =>
        {
            loop.Post(_ => machine.Effects.Add("second"));
            machine.Effects.Add("first");
            return 0;
        });

        Assert.Equal(["first", "second"], done);
    }

    [Fact]
    public async Task What_is_done_beside_comes_back_as_an_input_even_where_it_fails()
    {
        var came = new TaskCompletionSource<string>();
        await using var loop = new MachineLoop<string>(new HandMachine(), _ => { }, _ => { }, TimeProvider.System, 10, 1000);

        loop.DoBeside(() => Task.FromResult("done"), _ => "failed", (_, outcome) => came.SetResult(outcome));
        Assert.Equal("done", await came.Task);

        came = new();
        loop.DoBeside(() => throw new IOException("no"), why => why.Message, (_, outcome) => came.SetResult(outcome));
        Assert.Equal("no", await came.Task);
    }

    [Fact]
    public async Task A_loop_that_ends_stops_what_is_done_beside_and_takes_what_comes_of_it()
    {
        string came = "";
        var loop = new MachineLoop<string>(new HandMachine(), _ => { }, _ => { }, TimeProvider.System, 10, 1000);
        loop.DoBeside(
            async () =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, loop.Beside.Stopping);
                return "done";
            },
            _ => "stopped",
            (_, outcome) => came = outcome);

        await loop.DisposeAsync();
        Assert.Equal("stopped", came);
    }

    [Fact]
    public async Task More_than_may_wait_is_dropped_while_callers_are_served()
    {
        int taken = 0;
        var kept = new Kept(() => taken++);
        await using var loop = new MachineLoop<string>(new HandMachine(), _ => { }, _ => { }, TimeProvider.System, 3, 100);

        int accepted = await loop.AskAsync(_ =>
            Enumerable.Range(0, 5).Count(_ => loop.TryPost(_ => taken++, 10))
            + Enumerable.Range(0, 5).Count(_ => loop.TryPost(kept, 10)));
        Assert.Equal((3, 3), (accepted, await loop.AskAsync(_ => taken)));

        Assert.True(loop.TryPost(kept, 60));
        Assert.True(await loop.AskAsync(_ => loop.TryPost(kept, 60) && !loop.TryPost(_ => taken++, 60)));
        Assert.Equal(5, await loop.AskAsync(_ => taken));
    }

    [Fact]
    public async Task Who_asks_does_not_wait_for_all_that_comes_meanwhile()
    {
        using var isFree = new ManualResetEventSlim();
        await using var loop = new MachineLoop<string>(new HandMachine(), _ => { }, _ => { }, TimeProvider.System, 1000, 1000);

        // The last of them waits for this thread, which runs the first ones.
        Task<int> asking = loop.AskAsync(_ =>
        {
            Enumerable.Range(0, 200).ToList().ForEach(_ => loop.Post(_ => { }));
            loop.Post(_ => isFree.Wait());
            return 5;
        });
        isFree.Set();

        Assert.Equal(5, await asking);
    }

    [Fact]
    public async Task A_failure_goes_to_whoever_waits_and_what_has_come_of_it_is_done()
    {
        var machine = new HandMachine();
        List<string> done = [];
        List<string> failures = [];
        await using var loop = new MachineLoop<string>(
            machine, done.Add, failure => failures.Add(failure.Message), TimeProvider.System, 10, 1000);

        Task<int> failing = loop.AskAsync<int>(_ =>
        {
            machine.Effects.Add("said");
            throw new InvalidOperationException("asked");
        });
        loop.Post(_ => throw new InvalidOperationException("posted"));

        Assert.Equal("asked", (await Assert.ThrowsAsync<InvalidOperationException>(() => failing)).Message);
        Assert.Equal(["posted"], failures);
        Assert.Equal(["said"], done);
    }

    [Fact]
    public async Task A_loop_that_has_ended_takes_nothing_more()
    {
        var loop = new MachineLoop<string>(new HandMachine(), _ => { }, _ => { }, TimeProvider.System, 10, 1000);
        await loop.DisposeAsync();

        Assert.False(loop.TryPost(_ => { }, 1));
        PeerException refused = await Assert.ThrowsAsync<PeerException>(() => loop.AskAsync(_ => 1));
        Assert.Equal(PeerErrors.NotInitialized, refused.Error);
    }

    private sealed class Kept(Action take) : MachineInput
    {
        public override void Take(Moment now) => take();
    }
}
