using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Graphing.Hosting;

public sealed class PersistentGraphTests
{
    private static readonly PeerGraphCreation Lasting = new()
    {
        GraphId = GraphRig.GraphId,
        PeerId = "alice",
        IsListening = true,
        IsPersistent = true,
        Properties = new() { Scope = PeerGraphScope.Loopback },
    };

    [Fact]
    public async Task A_graph_that_is_to_last_is_open_again_as_it_was()
    {
        await using GraphRig node = new();
        PeerGraph made = await node.Service.CreateAsync(Lasting, default);
        await node.Service.ChangeAsync(GraphRig.GraphId, new() { AllowsDirectConnections = true }, default);
        await node.Service.ConnectAsync(new() { GraphId = GraphRig.GraphId, IsPersistent = true }, false, null, default);
        await node.AddAsync("kept");

        PeerGraph again = await ReopenAsync(node);

        Assert.True(made.IsPersistent && again.IsPersistent);
        Assert.Equal("alice", again.PeerId);
        Assert.NotEqual(0, again.Port);
        Assert.True(again.AllowsDirectConnections);
        Assert.Equal(["kept"], await node.ReadAsync());
    }

    [Fact]
    public async Task One_that_is_not_stays_closed()
    {
        await using GraphRig node = new();
        await node.Service.CreateAsync(Lasting with { IsPersistent = false }, default);

        await node.RestartAsync(farewell: true);

        Assert.Empty(await node.Service.ResumeAsync(default));
        Assert.Empty(await node.Service.ListAsync(includeClosed: false, default));
        Assert.False(File.Exists(node.KeptFile));
    }

    [Theory]
    [InlineData("leave")]
    [InlineData("remove")]
    [InlineData("this life only")]
    public async Task It_ends_with_the_opposite(string how)
    {
        await using GraphRig node = new();
        await node.Service.CreateAsync(Lasting, default);
        await (how switch
        {
            "leave" => node.Service.CloseAsync(GraphRig.GraphId, persist: true, default),
            "remove" => node.Service.CloseAsync(GraphRig.GraphId, persist: false, default),
            _ => node.Service.ConnectAsync(new() { GraphId = GraphRig.GraphId, IsPersistent = false }, false, null, default),
        });

        await node.RestartAsync(farewell: true);

        Assert.Empty(await node.Service.ResumeAsync(default));
        Assert.Empty(await node.Service.ListAsync(includeClosed: false, default));
    }

    [Fact]
    public async Task To_connect_once_more_leaves_it_as_it_is()
    {
        await using GraphRig node = new();
        await node.Service.CreateAsync(Lasting, default);

        Assert.True((await node.Service.ConnectAsync(new() { GraphId = GraphRig.GraphId }, false, null, default)).IsPersistent);

        Assert.NotEqual(0, (await ReopenAsync(node)).Port);
    }

    [Fact]
    public async Task Its_nodes_are_looked_for_until_one_lets_this_one_in()
    {
        FakeTimeProvider time = new();
        await using GraphRig creator = new();
        await using GraphRig node = new(time: time);
        await creator.CreateAsync();
        node.Locator.Names["0.rig"] = [creator.Endpoint];
        await node.Service.ConnectAsync(
            new() { GraphId = GraphRig.GraphId, PeerId = "bob", ResolveName = "0.rig", IsPersistent = true }, isAwaited: true, null, default);
        node.Locator.Names.Clear();

        PeerGraph alone = await ReopenAsync(node);
        Assert.Equal(0, alone.Neighbors);
        node.Locator.Names["0.rig"] = [creator.Endpoint];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await node.Service.DescribeAsync(GraphRig.GraphId, patience.Token)).Neighbors == 0)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    [Fact]
    public async Task What_cannot_be_opened_is_one_notice_and_the_others_come_back()
    {
        await using GraphRig node = new();
        await node.Service.CreateAsync(Lasting, default);
        PeerGraph lost = await node.Service.CreateAsync(Lasting with { GraphId = "lost" }, default);
        await node.Service.StopAsync(farewell: false);
        File.Delete(Path.Combine(node.DatabaseFolder, lost.DatabaseName + ".graph"));
        await node.RestartAsync(farewell: false);

        string notice = Assert.Single(await node.Service.ResumeAsync(default));

        Assert.Contains("no database of the graph 'lost'", notice);
        Assert.Contains("Disconnect-PeerGraph lost", notice);
        Assert.Equal([GraphRig.GraphId], (await node.Service.ListAsync(false, default)).Select(graph => graph.Id));
        await node.RestartAsync(farewell: true);
        Assert.Single(await node.Service.ResumeAsync(default));
        await node.Service.CloseAsync("lost", persist: true, default);
        await node.RestartAsync(farewell: true);
        Assert.Empty(await node.Service.ResumeAsync(default));
    }

    [Fact]
    public async Task One_whose_database_is_gone_can_be_removed()
    {
        await using GraphRig node = new();
        PeerGraph lost = await node.Service.CreateAsync(Lasting, default);
        await node.Service.StopAsync(farewell: false);
        File.Delete(Path.Combine(node.DatabaseFolder, lost.DatabaseName + ".graph"));
        await node.RestartAsync(farewell: false);

        await node.Service.RemoveAsync(GraphRig.GraphId, peerId: null, default);

        Assert.Empty(await node.Service.ResumeAsync(default));
        await Assert.ThrowsAsync<PeerException>(() => node.Service.RemoveAsync(GraphRig.GraphId, peerId: null, default));
    }

    [Fact]
    public async Task A_damaged_database_is_told_and_stays()
    {
        await using GraphRig node = new();
        PeerGraph graph = await node.Service.CreateAsync(Lasting, default);
        await node.Service.StopAsync(farewell: false);
        string file = Path.Combine(node.DatabaseFolder, graph.DatabaseName + ".graph");
        await File.WriteAllTextAsync(file, "no database");
        await node.RestartAsync(farewell: false);

        Assert.Contains(file, Assert.Single(await node.Service.ResumeAsync(default)));

        Assert.Equal("no database", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_database_may_be_called_something_else()
    {
        await using GraphRig node = new();
        PeerGraph graph = await node.Service.CreateAsync(Lasting, default);
        await node.Service.StopAsync(farewell: true);
        File.Move(Path.Combine(node.DatabaseFolder, graph.DatabaseName + ".graph"), Path.Combine(node.DatabaseFolder, "renamed.graph"));

        Assert.Equal("renamed", (await ReopenAsync(node)).DatabaseName);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_and_asked_for_again_at_the_next_start()
    {
        await using GraphRig node = new();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        other.Stop();
        await node.Service.CreateAsync(Lasting with { Port = port }, default);
        await node.Service.StopAsync(farewell: false);
        using var taker = new TcpListener(IPAddress.Loopback, port);
        taker.Start();
        await node.RestartAsync(farewell: false);

        Assert.Contains(port.ToString(CultureInfo.InvariantCulture), Assert.Single(await node.Service.ResumeAsync(default)));
        taker.Stop();

        Assert.Equal(port, (await ReopenAsync(node)).Port);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"Version":1,"Settings":{"Graphs":[{"GraphId":"rig"}]}}""")]
    [InlineData("""{"Version":1,"Settings":{"Graphs":[{"GraphId":"rig","PeerId":"a","Endpoints":["nowhere"]}]}}""")]
    [InlineData("""{"Version":1,"Settings":{"Graphs":[{"GraphId":"rig","PeerId":"a","Port":65536}]}}""")]
    [InlineData("""{"Version":2,"Settings":{}}""")]
    public async Task A_damaged_file_is_told_stays_and_harms_nothing_else(string content)
    {
        await using GraphRig node = new();
        await File.WriteAllTextAsync(node.KeptFile, content);
        await node.RestartAsync(farewell: false);

        Assert.Contains(node.KeptFile, Assert.Single(await node.Service.ResumeAsync(default)));

        await Assert.ThrowsAsync<PeerException>(() => node.Service.CreateAsync(Lasting, default));
        await node.Service.CreateAsync(Lasting with { IsPersistent = false }, default);
        await node.Service.CloseAsync(GraphRig.GraphId, persist: true, default);
        Assert.Equal(content, await File.ReadAllTextAsync(node.KeptFile));
        File.Delete(node.KeptFile);
        Assert.True((await node.Service.ConnectAsync(new() { GraphId = GraphRig.GraphId, IsPersistent = true }, false, null, default)).IsPersistent);
    }

    [Fact]
    public async Task Code_cannot_be_kept_and_nothing_is_made()
    {
        await using GraphRig node = new();
        PeerGraphCreation secured = Lasting with { SecurityProvider = NullSecurityProvider.Instance };

        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => node.Service.CreateAsync(secured, default));

        Assert.Contains("security provider", failure.Message);
        Assert.Empty(await node.Service.ListAsync(includeClosed: true, default));
        await node.Service.CreateAsync(secured with { IsPersistent = false }, default);
        await Assert.ThrowsAsync<PeerException>(() => node.Service.ConnectAsync(
            new() { GraphId = GraphRig.GraphId, IsPersistent = true }, false, null, default));
    }

    [Fact]
    public void What_is_not_given_stays_as_it_was_given_before()
    {
        Guid first = Guid.NewGuid();
        PeerGraph open = new() { Id = "g", PeerId = "p", DatabaseName = "d", Port = 4001 };
        KeptGraph kept = new KeptGraph().With(
            new()
            {
                GraphId = "g",
                Endpoints = [new(IPAddress.Parse("fe80::1%2"), 4000)],
                PrioritizedRecordTypes = [first],
                Scope = PeerGraphScope.LinkLocal,
                Port = 4001,
            },
            open);

        PeerGraphOpening opening = kept.With(new() { GraphId = "g" }, open with { AllowsDirectConnections = true }).ToOpening()!;

        Assert.Equal([new(IPAddress.Parse("fe80::1%2"), 4000)], opening.Endpoints);
        Assert.Equal([first], opening.PrioritizedRecordTypes);
        Assert.Equal((PeerGraphScope.LinkLocal, 4001, true), (opening.Scope!.Value, opening.Port, opening.IsListening));
        Assert.True(opening.AllowsDirectConnections);
        Assert.Empty(kept.With(new() { GraphId = "g", ResolveName = "0.name" }, open).ToOpening()!.Endpoints);
    }

    private static async Task<PeerGraph> ReopenAsync(GraphRig node)
    {
        await node.RestartAsync(farewell: true);
        Assert.Empty(await node.Service.ResumeAsync(default));
        return Assert.Single(await node.Service.ListAsync(includeClosed: false, default));
    }
}
