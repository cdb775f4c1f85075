using System.Buffers.Binary;
using System.Net;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Graphing.Hosting;

/// <summary>Strangers with sockets: whatever they do costs them their connection, and the graph goes on.</summary>
public sealed class HostilePeerTests
{
    private const int Flood = 60;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly int PerSource = new GraphOptions().MaximumPendingPerSource;

    /// <summary>What a stranger sends, in messages or bytes, and the counter that tells of it.</summary>
    public static TheoryData<string, string> Offences => new()
    {
        { "a frame of no bytes", "Malformed" },
        { "a frame that is too long", "Malformed" },
        { "a first message of 4 GB", "Malformed" },
        { "a first message of 7 bytes", "Malformed" },
        { "a first message that is longer than AUTH_INFO can be", "Malformed" },
        { "an unknown version", "Malformed" },
        { "zeros without end", "Malformed" },
        { "CONNECT before AUTH_INFO", "WrongState" },
        { "another graph", "WrongGraph" },
        { "a record before CONNECT", "WrongState" },
        { "a message before CONNECT that is longer than CONNECT can be", "Malformed" },
        { "AUTH_INFO again", "WrongState" },
        { "WELCOME from who was welcomed", "WrongState" },
        { "a message of 4 GB from a neighbor", "Malformed" },
        { "frames without end from a neighbor", "Malformed" },
    };

    [Theory]
    [MemberData(nameof(Offences))]
    public async Task An_offender_is_cut_and_counted_and_others_are_let_in(string offence, string counter)
    {
        await using var node = new GraphRig();
        await node.CreateAsync();
        using RawPeer offender = offence.Contains("neighbor", StringComparison.Ordinal)
            || offence is "AUTH_INFO again" or "WELCOME from who was welcomed"
                ? await RawPeer.JoinAsync(node.Endpoint)
                : await RawPeer.ConnectAsync(node.Endpoint);

        Task offending = OffendAsync(offender, offence);
        await offender.UntilClosedAsync().WaitAsync(Patience);
        await offending.WaitAsync(Patience);

        await node.UntilDroppedAsync(counter);
        using RawPeer other = await RawPeer.JoinAsync(node.Endpoint);
    }

    [Fact]
    public async Task A_flood_of_strangers_takes_a_bounded_number_of_places_and_nobody_elses()
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await using var three = new GraphRig();
        await one.CreateAsync();
        await two.JoinAsync(one, "two");

        var strangers = new List<RawPeer>();
        List<Task> cut = [];
        using var closed = new SemaphoreSlim(0);
        for (int i = 0; i < Flood; i++)
        {
            RawPeer stranger = await RawPeer.ConnectAsync(new(IPAddress.IPv6Loopback, one.Endpoint.Port));
            strangers.Add(stranger);
            cut.Add(CountAsync(stranger, closed));
        }

        for (int i = 0; i < Flood - PerSource; i++)
        {
            Assert.True(await closed.WaitAsync(Patience), $"{i} strangers were turned away.");
        }

        await two.AddAsync("meanwhile");
        await one.UntilRecordsAsync("meanwhile");
        await three.JoinAsync(one, "three");

        Assert.Equal(["meanwhile"], await three.ReadAsync());
        Assert.Equal(PerSource, cut.Count(task => !task.IsCompleted));
        PeerGraph graph = (await one.Service.ListAsync(includeClosed: false, default)).Single();
        Assert.Equal(Flood - PerSource, graph.Statistics.Dropped["Limit"]);
        strangers.ForEach(stranger => stranger.Dispose());
        await Task.WhenAll(cut).WaitAsync(Patience);
    }

    // The timeouts are 20 s + 280 s * e^(-n/10): below 60 s from the 20th on, below 300 s for all.
    [Fact]
    public async Task The_more_strangers_there_are_the_less_time_they_have()
    {
        var clock = new FakeTimeProvider();
        await using var node = new GraphRig(time: clock);
        await node.CreateAsync();
        List<RawPeer> strangers = [];
        List<Task> cut = [];
        using var closed = new SemaphoreSlim(0);
        for (int i = 0; i < PerSource; i++)
        {
            strangers.Add(await RawPeer.ConnectAsync(node.Endpoint));
            cut.Add(CountAsync(strangers[i], closed));
        }

        // They are taken in one after the other, so that all others are in when one too many is turned away.
        using RawPeer last = await RawPeer.ConnectAsync(node.Endpoint);
        await last.UntilClosedAsync();

        clock.Advance(TimeSpan.FromSeconds(60));
        for (int i = 19; i < PerSource; i++)
        {
            await cut[i].WaitAsync(Patience);
        }

        Assert.All(cut[..19], task => Assert.False(task.IsCompleted));
        clock.Advance(TimeSpan.FromSeconds(240));
        await Task.WhenAll(cut).WaitAsync(Patience);
        strangers.ForEach(stranger => stranger.Dispose());
        using RawPeer later = await RawPeer.JoinAsync(node.Endpoint);
    }

    [Fact]
    public async Task Who_sends_a_byte_now_and_then_wins_no_time()
    {
        var clock = new FakeTimeProvider();
        await using var node = new GraphRig(time: clock);
        await node.CreateAsync();
        using RawPeer slow = await RawPeer.ConnectAsync(node.Endpoint);
        byte[] message = RawPeer.AuthInfo();
        Task closed = slow.UntilClosedAsync();

        // Its first byte has come in when the graph knows of it.
        await slow.SendAsync(message[..1]);
        await UntilConnectedAsync(node);
        for (int i = 1; i < 4; i++)
        {
            Assert.False(closed.IsCompleted);
            clock.Advance(TimeSpan.FromSeconds(90));
            await slow.SendAsync(message[i..(i + 1)]);
        }

        clock.Advance(TimeSpan.FromSeconds(30));
        await closed.WaitAsync(Patience);
    }

    [Fact]
    public async Task Messages_may_come_byte_by_byte()
    {
        await using var node = new GraphRig();
        await node.CreateAsync();
        using RawPeer slow = await RawPeer.ConnectAsync(node.Endpoint);

        foreach (byte one in (byte[])[.. RawPeer.AuthInfo(), .. RawPeer.Connect()])
        {
            await slow.SendAsync([one]);
        }

        Assert.Equal(GraphMessageType.Welcome, RawPeer.TypeOf(await slow.ReceiveAsync()));
    }

    [Fact]
    public async Task A_neighbor_that_does_not_read_is_told_so_and_cut_and_the_others_have_everything()
    {
        const int size = 1 << 20;
        var options = new GraphOptions { MaximumQueuedBytes = 4 << 20 };
        await using var one = new GraphRig(options);
        await using var two = new GraphRig(options);
        await one.CreateAsync();
        await two.JoinAsync(one, "two");
        using RawPeer deaf = await RawPeer.JoinAsync(one.Endpoint);

        Task<PeerGraph> gone = one.UntilAsync(graph => graph.Statistics.Dropped.ContainsKey("SlowReader"));
        int added = 0;
        while (!gone.IsCompleted)
        {
            // The system takes some megabytes off the queue before it is full too.
            Assert.True(added < 100, "A neighbor that does not read keeps its place.");
            await one.AddAsync(new string((char)('a' + (added++ % 26)), size));
        }

        await gone;
        Assert.Equal(GraphMessageType.Disconnect, RawPeer.TypeOf(await deaf.UntilClosedAsync()));
        await two.UntilCountAsync(added);
    }

    [Fact]
    public async Task A_record_of_sixty_megabytes_passes_and_so_does_what_comes_behind_it()
    {
        const int size = 60 * 1024 * 1024;
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await using var three = new GraphRig();
        await one.CreateAsync();
        await two.JoinAsync(one, "two");

        Task<PeerRecord> large = one.AddAsync(new string('x', size));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => one.AddAsync($"{i}")));
        Guid id = (await large).Id;
        await two.UntilCountAsync(11);
        await three.JoinAsync(two, "three");

        PeerRecord? record = await three.Service.FindRecordAsync(GraphRig.GraphId, id, default);
        Assert.Equal(size, record!.Data.Length);
        Assert.Equal(-1, record.Data.AsSpan().IndexOfAnyExcept((byte)'x'));
        PeerGraph graph = (await one.Service.ListAsync(includeClosed: false, default)).Single();
        Assert.DoesNotContain("SlowReader", graph.Statistics.Dropped);
    }

    private static async Task CountAsync(RawPeer stranger, SemaphoreSlim closed)
    {
        await stranger.UntilClosedAsync();
        closed.Release();
    }

    private static async Task UntilConnectedAsync(GraphRig node)
    {
        using var patience = new CancellationTokenSource(Patience);
        while ((await node.Service.GetConnectionsAsync(GraphRig.GraphId, patience.Token)).Count == 0)
        {
            await Task.Yield();
        }
    }

    private static Task OffendAsync(RawPeer offender, string offence) => offence switch
    {
        "a frame of no bytes" => offender.SendUnframedAsync([0, 0, 1]),
        "a frame that is too long" => offender.SendUnframedAsync([0xFF, 0xFF, 1]),
        "a first message of 4 GB" => offender.SendAsync(Announce(uint.MaxValue)),
        "a first message of 7 bytes" => offender.SendAsync(Announce(7)),
        "a first message that is longer than AUTH_INFO can be" => offender.SendAsync(Announce(64 * 1024)),
        "an unknown version" => offender.SendAsync(WithVersion(RawPeer.AuthInfo(), 0x11)),
        "zeros without end" => SendWithoutEndAsync(offender, new byte[16_000]),
        "CONNECT before AUTH_INFO" => offender.SendAsync(RawPeer.Connect()),
        "another graph" => offender.SendAsync(RawPeer.AuthInfo(graphId: "another")),
        "a record before CONNECT" => offender.SendAsync(
            [.. RawPeer.AuthInfo(), .. GraphMessage.Encode(new FloodMessage { Record = new byte[200] })]),
        "a message before CONNECT that is longer than CONNECT can be" => offender.SendAsync(
            [.. RawPeer.AuthInfo(), .. Announce(64 * 1024)]),
        "AUTH_INFO again" => offender.SendAsync(RawPeer.AuthInfo()),
        "WELCOME from who was welcomed" => offender.SendAsync(
            GraphMessage.Encode(new WelcomeMessage { PeerId = "raw", FriendlyName = "", Referrals = [] })),
        "a message of 4 GB from a neighbor" => offender.SendAsync(Announce(uint.MaxValue)),
        "frames without end from a neighbor" => SendWithoutEndAsync(offender, new byte[16_000]),
        _ => throw new ArgumentOutOfRangeException(nameof(offence), offence, "Nobody does that."),
    };

    private static async Task SendWithoutEndAsync(RawPeer offender, byte[] bytes)
    {
        for (long sent = 0; sent < 1L << 30; sent += bytes.Length)
        {
            try
            {
                await offender.SendAsync(bytes);
            }
            catch (IOException)
            {
                return;
            }
        }

        Assert.Fail("A gigabyte was taken.");
    }

    private static byte[] Announce(uint size)
    {
        byte[] head = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(head, size);
        head[4] = 0x10;
        head[5] = (byte)GraphMessageType.PointToPoint;
        return head;
    }

    private static byte[] WithVersion(byte[] message, byte version)
    {
        message[4] = version;
        return message;
    }
}
