using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Graphing.Hosting;

/// <summary>Full disks, damaged databases and bad security providers.</summary>
public sealed class GraphFailureTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_full_disk_is_told_to_who_writes_and_the_graph_goes_on_with_what_fits()
    {
        await using var one = new GraphRig(maximumBytes: 1_000_000);
        await using var two = new GraphRig();
        await one.CreateAsync();
        await two.JoinAsync(one, "two");
        PeerRecord before = await one.AddAsync("before");

        PeerException tooMuch = await Assert.ThrowsAsync<PeerException>(() => one.AddAsync(new string('x', 3_000_000)));
        PeerException change = await Assert.ThrowsAsync<PeerException>(() => one.Service.UpdateRecordAsync(
            GraphRig.GraphId, new() { Id = before.Id, Data = new byte[3_000_000] }, default).WaitAsync(Patience));
        await one.AddAsync("after");

        Assert.Equal(PeerErrors.DiskFull, tooMuch.Error);
        Assert.Equal(PeerErrors.DiskFull, change.Error);
        Assert.Contains(".graph", tooMuch.Message, StringComparison.Ordinal);
        await two.UntilRecordsAsync("after", "before");
        Assert.Equal(["after", "before"], await one.ReadAsync());
        Assert.Equal(1, (await one.Service.FindRecordAsync(GraphRig.GraphId, before.Id, default))!.Version);

        await one.RestartAsync(farewell: true);
        await one.Service.ConnectAsync(new() { GraphId = GraphRig.GraphId, PeerId = "creator" }, true, null, default);
        Assert.Equal(["after", "before"], await one.ReadAsync());
    }

    // One commit is for many callers: none of them may believe that its record is kept when it is not, or the reverse.
    [Fact]
    public async Task On_a_full_disk_exactly_the_records_of_callers_who_were_told_so_are_there()
    {
        await using var node = new GraphRig(maximumBytes: 1_000_000);
        await node.CreateAsync();

        var adding = Enumerable.Range(0, 200).ToDictionary(i => $"{i:000}{new string('x', 20_000)}", _ => default(Task));
        foreach (string text in adding.Keys)
        {
            adding[text] = node.AddAsync(text);
        }

        await Task.WhenAll(adding.Values.Select(task => task!)).ContinueWith(_ => { }, TaskScheduler.Default);

        string[] added = [.. adding.Where(entry => entry.Value!.IsCompletedSuccessfully).Select(entry => entry.Key).Order(StringComparer.Ordinal)];
        Assert.NotEqual(200, added.Length);
        Assert.All(
            adding.Values.Where(task => task!.IsFaulted),
            task => Assert.Equal(PeerErrors.DiskFull, Assert.IsType<PeerException>(task!.Exception!.InnerException).Error));
        Assert.Equal(added, await node.ReadAsync());
        await node.AddAsync("small");
    }

    // What is sent to it does not fit: it loses its neighbor, but not its records, and not its service.
    [Fact]
    public async Task A_node_whose_disk_is_full_keeps_what_it_has()
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig(maximumBytes: 1_000_000);
        await one.CreateAsync();
        await one.AddAsync("before");
        await two.JoinAsync(one, "two");

        await one.AddAsync(new string('x', 3_000_000));
        await two.UntilDroppedAsync("StoreFailed");

        Assert.Equal(["before"], await two.ReadAsync());
        await two.AddAsync("still here");
        Assert.Equal(["before", "still here"], await two.ReadAsync());
        Assert.Contains(two.Observer.Failures, failure => failure.Contains("disk is full", StringComparison.Ordinal));
        await one.UntilCountAsync(3);
    }

    [Theory]
    [InlineData("nothing but zeros")]
    [InlineData("cut in the middle")]
    [InlineData("another page is torn")]
    [InlineData("a record has changed")]
    public async Task A_damaged_database_is_named_with_the_remedy_and_stays_as_it_is(string damage)
    {
        await using var node = new GraphRig();
        await node.CreateAsync();
        for (int i = 0; i < 20; i++)
        {
            await node.AddAsync($"{i} {new string('r', 3000)}");
        }

        string file = Directory.EnumerateFiles(node.DatabaseFolder, "*.graph").Single();
        await node.Service.CloseAsync(GraphRig.GraphId, persist: true, default);
        byte[] damaged = Damage(await File.ReadAllBytesAsync(file), damage);
        await File.WriteAllBytesAsync(file, damaged);
        await node.RestartAsync(farewell: false);

        PeerException opened = await Assert.ThrowsAsync<PeerException>(() => node.Service.ConnectAsync(
            new() { GraphId = GraphRig.GraphId, PeerId = "creator" }, true, null, default));
        PeerException unnamed = await Assert.ThrowsAsync<PeerException>(() => node.Service.ConnectAsync(
            new() { GraphId = GraphRig.GraphId }, true, null, default));
        PeerException created = await Assert.ThrowsAsync<PeerException>(() => node.CreateAsync());

        Assert.Equal(PeerErrors.InvalidDatabase, opened.Error);
        Assert.Equal(PeerErrors.InvalidDatabase, unnamed.Error);
        Assert.Contains(file, unnamed.Message, StringComparison.Ordinal);
        Assert.Contains(file, opened.Message, StringComparison.Ordinal);
        Assert.Contains("move it away", opened.Message, StringComparison.Ordinal);

        // Where it can still be read whose it is, that is all that whoever creates needs to know.
        if (created.Error != PeerErrors.DuplicateGraph)
        {
            Assert.Equal(PeerErrors.InvalidDatabase, created.Error);
            Assert.Contains(file, created.Message, StringComparison.Ordinal);
        }

        Assert.Equal(damaged, await File.ReadAllBytesAsync(file));
        File.Move(file, file + ".away");
        await node.CreateAsync();
    }

    [Fact]
    public async Task A_database_that_was_never_finished_does_not_stand_in_the_way()
    {
        await using var node = new GraphRig();
        await node.CreateAsync();
        string file = Directory.EnumerateFiles(node.DatabaseFolder, "*.graph").Single();
        await node.Service.CloseAsync(GraphRig.GraphId, persist: false, default);
        await File.WriteAllBytesAsync(file, []);

        await node.CreateAsync();

        Assert.Equal([file], Directory.EnumerateFiles(node.DatabaseFolder, "*.graph"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_provider_that_fails_to_authenticate_lets_nobody_in_and_the_graph_goes_on(bool isLater)
    {
        var provider = new BadProvider
        {
            Authenticate = async () =>
            {
                if (isLater)
                {
                    await Task.Yield();
                }

                throw new InvalidOperationException("Out of order.");
            },
        };
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await one.CreateAsync(provider: provider);

        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => two.JoinAsync(one, "two"));

        Assert.Equal(PeerErrorKind.Connection, failure.Error.Kind);
        await one.UntilDroppedAsync("NotAuthenticated");
        await one.AddAsync("mine");
        provider.Authenticate = () => Task.CompletedTask;
        await two.JoinAsync(one, "two");
        Assert.Equal(["mine"], await two.ReadAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_provider_that_hangs_is_left_behind_when_time_is_up_and_when_the_graph_is_closed(bool isBlocking)
    {
        var clock = new FakeTimeProvider();
        using var never = new ManualResetEventSlim();
        var begun = new SemaphoreSlim(0);
        var provider = new BadProvider
        {
            Authenticate = () =>
            {
                begun.Release();
                if (isBlocking)
                {
                    never.Wait(Patience);
                }

                return Task.Delay(isBlocking ? TimeSpan.Zero : Timeout.InfiniteTimeSpan);
            },
        };
        await using var node = new GraphRig(time: clock);
        await node.CreateAsync(provider: provider);
        using RawPeer first = await RawPeer.ConnectAsync(node.Endpoint);
        await first.SendAsync(RawPeer.AuthInfo());
        Assert.True(await begun.WaitAsync(Patience));

        clock.Advance(TimeSpan.FromSeconds(300));
        await first.UntilClosedAsync();
        await node.UntilDroppedAsync("NotAuthenticated");
        using RawPeer second = await RawPeer.ConnectAsync(node.Endpoint);
        await second.SendAsync(RawPeer.AuthInfo());
        Assert.True(await begun.WaitAsync(Patience));
        await node.Service.CloseAsync(GraphRig.GraphId, persist: true, default).WaitAsync(Patience);

        await second.UntilClosedAsync();
        never.Set();
    }

    [Fact]
    public async Task A_provider_that_fails_to_judge_a_record_drops_it_and_says_so()
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await one.CreateAsync();
        await two.Service.ConnectAsync(
            new()
            {
                GraphId = GraphRig.GraphId,
                PeerId = "two",
                Endpoints = [one.Endpoint],
                SecurityProvider = new BadProvider
                {
                    Validate = record => record.Data.Length == 3 ? throw new InvalidOperationException("Too hard.") : RecordVerdict.Valid,
                },
            },
            true,
            null,
            default).WaitAsync(Patience);

        await one.AddAsync("bad");
        await one.AddAsync("good");

        await two.UntilRecordsAsync("good");
        Assert.Contains(two.Observer.Failures, failure => failure.Contains("Too hard.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_provider_that_fails_to_secure_a_record_is_named_and_nothing_is_published()
    {
        var provider = new BadProvider();
        await using var node = new GraphRig();
        await node.CreateAsync(provider: provider);
        provider.Secure = () => throw new InvalidOperationException("No ink.");

        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => node.AddAsync("x"));

        Assert.Contains("No ink.", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await node.ReadAsync());
        provider.Secure = () => { };
        await node.AddAsync("y");
        Assert.Equal(["y"], await node.ReadAsync());
    }

    private static byte[] Damage(byte[] file, string damage)
    {
        switch (damage)
        {
            case "nothing but zeros":
                file.AsSpan().Clear();
                return file;
            case "cut in the middle":
                return file[..(file.Length / 2)];
            case "another page is torn":
                file.AsSpan(4096, 4096).Fill(0xA5);
                return file;
            default:
                file[file.AsSpan().IndexOf("rrrrrrrr"u8) + 3] = (byte)'q';
                return file;
        }
    }
}
