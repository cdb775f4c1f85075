using System.Net;
using PeerNet.Engine.Graphing.Connections;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Graphing.Connections;

public sealed class AssemblyBudgetTests
{
    private const long Total = 1000;

    private static readonly IPAddress One = IPAddress.Parse("2001:db8::1");
    private static readonly IPAddress SameHost = IPAddress.Parse("2001:db8::2");
    private static readonly IPAddress Other = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Third = IPAddress.Parse("192.0.2.2");

    private readonly FakeTimeProvider _time = new();
    private readonly AssemblyBudget _budget;
    private readonly List<string> _revoked = [];

    public AssemblyBudgetTests() => _budget = new(Total, _time);

    [Fact]
    public async Task All_messages_together_have_so_much_room()
    {
        IDisposable first = await ReserveAsync(One, 500);
        await ReserveAsync(Other, 500);
        Task<IDisposable> third = ReserveAsync(Third, 1);

        Assert.False(third.IsCompleted);
        Assert.Equal(Total, _budget.Held);
        first.Dispose();
        await third;
        Assert.Equal(501, _budget.Held);
    }

    // A host has all addresses of its /64.
    [Fact]
    public async Task One_source_has_half_of_it_and_delays_nobody_else()
    {
        await ReserveAsync(One, 400);
        Task<IDisposable> greedy = ReserveAsync(SameHost, 200);

        await ReserveAsync(Other, 600);

        Assert.False(greedy.IsCompleted);
    }

    [Fact]
    public async Task The_longest_message_is_possible_where_it_is_alone()
    {
        IDisposable small = await ReserveAsync(Other, 1);
        Task<IDisposable> large = ReserveAsync(One, Total + 1);

        Assert.False(large.IsCompleted);
        small.Dispose();
        await large;
    }

    [Fact]
    public async Task Who_began_first_and_does_not_end_is_cut_when_others_have_waited_for_long()
    {
        await ReserveAsync(One, 500, "slow");
        await ReserveAsync(Other, 500, "later");
        _time.Advance(AssemblyBudget.Patience * 2);
        Assert.Empty(_revoked);

        Task<IDisposable> waiting = ReserveAsync(Third, 100, "waiting");
        _time.Advance(AssemblyBudget.Patience);

        await UntilAsync(() => _revoked.Count > 0);
        Assert.Equal("slow", _revoked[0]);
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task Who_gives_up_holds_nothing_and_no_place_in_the_line()
    {
        using var ending = new CancellationTokenSource();
        IDisposable first = await ReserveAsync(One, Total);
        Task impatient = _budget.ReserveAsync(Other, Total, () => { }, ending.Token).AsTask();
        Task<IDisposable> patient = ReserveAsync(Third, 10);

        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        first.Dispose();
        await patient;

        Assert.Equal(10, _budget.Held);
    }

    private Task<IDisposable> ReserveAsync(IPAddress source, long bytes, string name = "") =>
        _budget.ReserveAsync(source, bytes, () => _revoked.Add(name), default).AsTask();

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
