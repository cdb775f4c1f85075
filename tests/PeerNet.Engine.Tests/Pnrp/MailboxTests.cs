using System.Buffers;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Pnrp;

public sealed class MailboxTests
{
    private static readonly DatagramAddress Source = new(1, 4000);

    private static bool Offer(Mailbox mailbox, byte value)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(IDatagramSink.BufferLength);
        buffer[0] = value;
        return mailbox.TryAccept(Source, buffer, 1);
    }

    [Fact]
    public async Task Entries_are_handled_in_order()
    {
        var mailbox = new Mailbox();
        var seen = new List<int>();
        Offer(mailbox, 1);
        mailbox.Post(() => seen.Add(2));
        Offer(mailbox, 3);
        mailbox.Complete();

        await mailbox.RunAsync((_, datagram) => seen.Add(datagram[0]), () => { }, exception => throw exception);

        Assert.Equal([1, 2, 3], seen);
    }

    [Fact]
    public async Task Work_is_done_after_its_delay_though_no_timer_waits_so_long()
    {
        var time = new FakeTimeProvider();
        var mailbox = new Mailbox();
        int done = 0;
        mailbox.After(time, TimeSpan.FromDays(100), () => done++);

        time.Advance(TimeSpan.FromDays(99));
        mailbox.Post(() => Assert.Equal(0, done));
        time.Advance(TimeSpan.FromDays(1));
        mailbox.Complete();
        await mailbox.RunAsync((_, _) => { }, () => { }, exception => throw exception);

        Assert.Equal(1, done);
    }

    [Fact]
    public async Task A_flood_of_datagrams_is_dropped_and_counted_while_callers_are_served()
    {
        var mailbox = new Mailbox();
        int received = 0;
        for (int i = 0; i < Mailbox.MaximumDatagrams + 500; i++)
        {
            Offer(mailbox, 0);
        }

        Task<int> asked = mailbox.AskAsync(() => received);
        mailbox.Complete();
        await mailbox.RunAsync((_, _) => received++, () => { }, exception => throw exception);

        Assert.Equal(500, mailbox.Overflows);
        Assert.Equal(Mailbox.MaximumDatagrams, await asked);
    }

    [Fact]
    public async Task A_failure_goes_to_the_caller_and_the_loop_goes_on()
    {
        var mailbox = new Mailbox();
        var failures = new List<string>();
        Task failing = mailbox.AskAsync(() => throw new InvalidOperationException("asked"));
        mailbox.Post(() => throw new InvalidOperationException("posted"));
        Task<int> next = mailbox.AskAsync(() => 5);
        mailbox.Complete();

        await mailbox.RunAsync((_, _) => { }, () => { }, exception => failures.Add(exception.Message));

        Assert.Equal("asked", (await Assert.ThrowsAsync<InvalidOperationException>(() => failing)).Message);
        Assert.Equal(["posted"], failures);
        Assert.Equal(5, await next);
    }

    [Fact]
    public async Task A_question_to_a_loop_that_has_ended_is_refused()
    {
        var mailbox = new Mailbox();
        mailbox.Complete();

        PeerException error = await Assert.ThrowsAsync<PeerException>(() => mailbox.AskAsync(() => 1));
        Assert.Equal(PeerErrors.NotInitialized, error.Error);
        Assert.False(Offer(mailbox, 1));
    }

    [Fact]
    public async Task Work_comes_when_its_time_comes()
    {
        var clock = new FakeTimeProvider();
        var mailbox = new Mailbox();
        var seen = new List<string>();
        mailbox.After(clock, TimeSpan.FromSeconds(5), () => seen.Add("due"));
        mailbox.After(clock, TimeSpan.FromSeconds(5), () => seen.Add("disposed")).Dispose();
        mailbox.After(clock, TimeSpan.FromSeconds(9), () => seen.Add("later"));

        clock.Advance(TimeSpan.FromSeconds(6));
        mailbox.Complete();
        await mailbox.RunAsync((_, _) => { }, () => { }, exception => throw exception);

        Assert.Equal(["due"], seen);
    }
}
