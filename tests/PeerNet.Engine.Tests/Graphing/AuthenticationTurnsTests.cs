using System.Net;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Tests.Graphing;

public sealed class AuthenticationTurnsTests
{
    private static readonly IPAddress Greedy = IPAddress.Parse("2001:db8::1");
    private static readonly IPAddress Modest = IPAddress.Parse("192.0.2.1");

    [Fact]
    public async Task So_many_have_a_turn_as_there_are_places()
    {
        var turns = new AuthenticationTurns(2);

        IDisposable first = await turns.EnterAsync(Greedy, default);
        await turns.EnterAsync(Greedy, default);
        Task<IDisposable> third = turns.EnterAsync(Greedy, default);

        Assert.False(third.IsCompleted);
        first.Dispose();
        await third;
    }

    // A host has all addresses of its /64.
    [Fact]
    public async Task A_source_with_many_connections_waits_behind_one_with_few()
    {
        var turns = new AuthenticationTurns(1);
        IDisposable running = await turns.EnterAsync(Greedy, default);
        Task<IDisposable>[] greedy =
            [.. Enumerable.Range(2, 31).Select(i => turns.EnterAsync(IPAddress.Parse($"2001:db8::{i:x}"), default))];
        Task<IDisposable> modest = turns.EnterAsync(Modest, default);

        running.Dispose();
        (await greedy[0]).Dispose();
        (await modest).Dispose();

        Assert.All(greedy[2..], waiting => Assert.False(waiting.IsCompleted));
    }

    [Fact]
    public async Task Who_gives_up_takes_no_turn()
    {
        var turns = new AuthenticationTurns(1);
        using var ending = new CancellationTokenSource();
        IDisposable running = await turns.EnterAsync(Greedy, default);
        Task<IDisposable> impatient = turns.EnterAsync(Greedy, ending.Token);
        Task<IDisposable> patient = turns.EnterAsync(Greedy, default);

        await ending.CancelAsync();
        running.Dispose();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        await patient;
    }

    [Fact]
    public async Task A_turn_ends_once()
    {
        var turns = new AuthenticationTurns(1);
        IDisposable running = await turns.EnterAsync(Greedy, default);
        running.Dispose();
        running.Dispose();

        await turns.EnterAsync(Greedy, default);

        Assert.False(turns.EnterAsync(Greedy, default).IsCompleted);
    }
}
