using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Core;

public sealed class AnswerBudgetTests
{
    private TimeSpan _now = TimeSpan.FromHours(1);

    [Fact]
    public void A_stranger_has_its_allowance_at_once_and_then_what_comes_in()
    {
        AnswerBudget budget = Budget();

        Assert.Equal(8, Count(budget, host: 1, asked: 1000, bytes: 100));
        _now += TimeSpan.FromSeconds(3);
        Assert.Equal(6, Count(budget, host: 1, asked: 1000, bytes: 100));
        Assert.Equal(8, Count(budget, host: 2, asked: 1000, bytes: 100));
    }

    [Fact]
    public void An_answer_longer_than_the_allowance_needs_all_of_it_and_leaves_a_debt()
    {
        AnswerBudget budget = Budget();

        Assert.Equal(1, Count(budget, host: 1, asked: 10, bytes: 1200));
        _now += TimeSpan.FromSeconds(2);
        Assert.Equal(0, Count(budget, host: 1, asked: 10, bytes: 1));
        _now += TimeSpan.FromSeconds(1);
        Assert.Equal(2, Count(budget, host: 1, asked: 10, bytes: 100));
    }

    [Fact]
    public void A_socket_that_receives_has_more_and_others_of_its_address_do_not()
    {
        AnswerBudget budget = Budget();
        Count(budget, host: 1, asked: 1000, bytes: 100);

        budget.Confirm(Socket(host: 1, port: 1), _now);

        Assert.Equal(50, Count(budget, host: 1, asked: 1000, bytes: 100, port: 1));
        Assert.Equal(0, Count(budget, host: 1, asked: 1000, bytes: 100, port: 2));
    }

    [Fact]
    public void A_proof_is_good_for_ten_minutes_after_the_last_one()
    {
        AnswerBudget budget = Budget();
        for (int i = 0; i < 3; i++)
        {
            budget.Confirm(Socket(host: 1, port: 1), _now);
            _now += TimeSpan.FromMinutes(9);
        }

        Assert.Equal(50, Count(budget, host: 1, asked: 1000, bytes: 100));
        _now += TimeSpan.FromMinutes(1);
        Assert.Equal(8, Count(budget, host: 1, asked: 1000, bytes: 100));
    }

    [Fact]
    public void Only_a_stranger_runs_low()
    {
        AnswerBudget budget = Budget();

        Count(budget, host: 1, asked: 4, bytes: 100);
        Assert.False(budget.IsRunningLow(Block(1), Socket(1, 1), _now));
        Count(budget, host: 1, asked: 1, bytes: 100);
        Assert.True(budget.IsRunningLow(Block(1), Socket(1, 1), _now));
        budget.Confirm(Socket(1, 1), _now);
        Count(budget, host: 1, asked: 1000, bytes: 100);
        Assert.False(budget.IsRunningLow(Block(1), Socket(1, 1), _now));
    }

    [Fact]
    public void A_crowd_of_strangers_keeps_neither_memory_nor_those_who_are_known()
    {
        AnswerBudget budget = Budget(capacity: 10);
        budget.Confirm(Socket(1, 1), _now);

        Assert.Equal(10, Enumerable.Range(2, 100).Sum(host => Count(budget, host, asked: 1, bytes: 100)));
        Assert.Equal(11, budget.Count);
        Assert.Equal(50, Count(budget, host: 1, asked: 1000, bytes: 100));
        _now += TimeSpan.FromSeconds(1);
        Assert.Equal(10, Enumerable.Range(102, 100).Sum(host => Count(budget, host, asked: 1, bytes: 100)));
    }

    [Fact]
    public void Who_was_confirmed_longest_ago_makes_room_for_others()
    {
        AnswerBudget budget = Budget(capacity: 2);
        foreach (int host in (int[])[1, 2, 1, 3])
        {
            budget.Confirm(Socket(host, 1), _now);
            _now += TimeSpan.FromSeconds(1);
        }

        Assert.Equal([50, 8, 50], Enumerable.Range(1, 3).Select(host => Count(budget, host, asked: 1000, bytes: 100)));
    }

    // A node hears of thousands in an hour, and knows of few at a time.
    [Fact]
    public void What_says_nothing_any_more_is_not_kept()
    {
        AnswerBudget budget = Budget(capacity: 10_000);
        for (int i = 0; i < 5_000; i++)
        {
            TimeSpan now = TimeSpan.FromSeconds(i);
            budget.Confirm(AddressBlock.OfSocket((UInt128)i, 1), now);
            budget.TryTake(AddressBlock.OfSocket((UInt128)i, 2), AddressBlock.OfSocket((UInt128)i, 2), 100, now);
        }

        Assert.InRange(budget.Count, 1, 100);
    }

    private static AnswerBudget Budget(int capacity = 16) => new(new(200, 800), new(1000, 5000), capacity);

    private static AddressBlock Block(int host) => AddressBlock.Of(new IPAddress([192, 0, 2, (byte)host]));

    private static AddressBlock Socket(int host, int port) => AddressBlock.OfSocket(0xFFFF_C000_0200 + host, port);

    private int Count(AnswerBudget budget, int host, int asked, int bytes, int port = 1) =>
        Enumerable.Range(0, asked).Count(_ => budget.TryTake(Block(host), Socket(host, port), bytes, _now));
}
