using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Tests.Graphing.Hosting;

public sealed class GraphServiceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_graph_that_is_created_is_ready_and_listens()
    {
        await using var node = new GraphRig();

        PeerGraph graph = await node.CreateAsync(properties: new()
        {
            FriendlyName = "Rig",
            Comment = "for tests",
            Scope = PeerGraphScope.Loopback,
            MaxRecordSize = 4096,
            PresenceLifetime = TimeSpan.FromMinutes(10),
            MaxPresence = 7,
        });

        Assert.Equal(PeerGraphStatus.Listening | PeerGraphStatus.Synchronized, graph.Status);
        Assert.Equal("Rig", graph.Properties!.FriendlyName);
        Assert.Equal("for tests", graph.Properties.Comment);
        Assert.Equal("creator", graph.Properties.CreatorId);
        Assert.Equal(4096, graph.Properties.MaxRecordSize);
        Assert.Equal(TimeSpan.FromMinutes(10), graph.Properties.PresenceLifetime);
        Assert.Equal(7, graph.Properties.MaxPresence);
        Assert.NotEqual(0, graph.Port);
        Assert.Contains(graph.Addresses, address => address.Address.Equals(IPAddress.Loopback));
        Assert.Equal(graph.Port, node.Service.Ports["Graph"]);
    }

    [Fact]
    public async Task Records_added_updated_and_removed_anywhere_are_the_same_everywhere()
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await using var three = new GraphRig();
        await one.CreateAsync();
        await one.AddAsync("before");
        PeerGraph joined = await two.JoinAsync(one, "two");
        await three.JoinAsync(two, "three");

        Assert.True(joined.Status.HasFlag(PeerGraphStatus.Synchronized | PeerGraphStatus.HasConnections | PeerGraphStatus.Listening));
        PeerRecord ofTwo = await two.AddAsync("of two");
        await three.AddAsync("of three");
        await one.UntilRecordsAsync("before", "of three", "of two");
        await two.UntilRecordsAsync("before", "of three", "of two");
        await three.UntilRecordsAsync("before", "of three", "of two");

        await one.Service.UpdateRecordAsync(
            GraphRig.GraphId, new() { Id = ofTwo.Id, Version = 1, Data = "changed"u8.ToArray() }, CancellationToken.None);
        await three.UntilRecordsAsync("before", "changed", "of three");

        await three.Service.RemoveRecordAsync(GraphRig.GraphId, ofTwo.Id, CancellationToken.None);
        await one.UntilRecordsAsync("before", "of three");
        await two.UntilRecordsAsync("before", "of three");
        Assert.Contains(two.Observer.Records, change => change.Change == PeerRecordChangeType.Deleted && change.RecordId == ofTwo.Id);
    }

    // Whoever does not look at events must not keep all records in memory.
    [Fact]
    public async Task An_event_keeps_a_small_record_and_reads_a_large_one_from_the_graph()
    {
        await using var node = new GraphRig();
        await node.CreateAsync();
        PeerRecord small = await node.AddAsync("small");
        PeerRecord large = await node.AddAsync(new string('x', 256 << 10));
        PeerRecordChange ofSmall = node.Observer.Records.Single(change => change.RecordId == small.Id);
        PeerRecordChange ofLarge = node.Observer.Records.Single(change => change.RecordId == large.Id);

        Assert.Equal(5, ofSmall.Size);
        Assert.Equal(0, ofLarge.Size);
        Assert.Equal(large.Text, ofLarge.Record!.Text);

        await node.Service.CloseAsync(GraphRig.GraphId, persist: true, default);
        Assert.Equal("small", ofSmall.Record!.Text);
        Assert.Null(ofLarge.Record);
    }

    [Fact]
    public async Task Another_node_that_is_the_same_peer_is_noticed_on_both_sides()
    {
        await using var original = new GraphRig();
        await using var copy = new GraphRig();
        PeerGraph graph = await original.CreateAsync();

        await copy.JoinAsync(original, graph.PeerId);
        await original.UntilAsync(_ => !original.Observer.Elsewhere.IsEmpty);
        await copy.UntilAsync(_ => !copy.Observer.Elsewhere.IsEmpty);

        Assert.True(original.Observer.Elsewhere.TryPeek(out PeerIdentityElsewhere? found));
        Assert.Equal((graph.PeerId, GraphRig.GraphId), (found.Identity, found.Source));
    }

    [Fact]
    public async Task A_stale_version_is_not_overwritten()
    {
        await using var node = new GraphRig();
        await node.CreateAsync();
        PeerRecord record = await node.AddAsync("first");
        var update = new PeerRecordUpdate { Id = record.Id, Version = 1, Data = "second"u8.ToArray() };
        await node.Service.UpdateRecordAsync(GraphRig.GraphId, update, CancellationToken.None);

        await Assert.ThrowsAsync<PeerException>(() => node.Service.UpdateRecordAsync(GraphRig.GraphId, update, CancellationToken.None));

        Assert.Equal(["second"], await node.ReadAsync());
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_restart_and_the_node_catches_up()
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await one.CreateAsync();
        await two.JoinAsync(one, "two");
        await two.AddAsync("kept");
        await one.UntilRecordsAsync("kept");

        await two.RestartAsync(farewell: false);
        await one.AddAsync("meanwhile");
        PeerGraph offline = await two.Service.ConnectAsync(new() { GraphId = GraphRig.GraphId }, true, null, default);
        Assert.Equal("two", offline.PeerId);
        Assert.Equal(["kept"], await two.ReadAsync());

        await two.JoinAsync(one, "two");
        await two.UntilRecordsAsync("kept", "meanwhile");
    }

    [Fact]
    public async Task A_node_that_only_listens_is_synchronized_by_who_comes()
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await one.CreateAsync();
        await two.JoinAsync(one, "two");
        await one.RestartAsync(farewell: false);
        await two.AddAsync("meanwhile");

        PeerGraph alone = await one.Service.ConnectAsync(
            new() { GraphId = GraphRig.GraphId, IsListening = true }, true, null, default).WaitAsync(Patience);
        Assert.Equal(PeerGraphStatus.Listening, alone.Status);
        await two.JoinAsync(one, "two");

        await one.UntilAsync(graph => graph.Status.HasFlag(PeerGraphStatus.Synchronized));
        await one.UntilRecordsAsync("meanwhile");
    }

    [Fact]
    public async Task A_node_that_leaves_says_so()
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await one.CreateAsync();
        await two.JoinAsync(one, "two");
        await one.UntilAsync(graph => graph.Neighbors == 1);

        await two.Service.CloseAsync(GraphRig.GraphId, persist: true, CancellationToken.None);

        await one.UntilAsync(graph => graph.Neighbors == 0);
        Assert.Contains(one.Observer.Neighbors, change => change.Change == PeerConnectionChangeType.Disconnected && change.Reason == "Left");
        PeerGraph closed = Assert.Single(await two.Service.ListAsync(includeClosed: true, default));
        Assert.False(closed.IsOpen);
        Assert.Equal("two", closed.PeerId);
        Assert.Empty(await two.Service.ListAsync(includeClosed: false, default));
    }

    [Fact]
    public async Task A_database_goes_only_when_nobody_uses_it()
    {
        await using var node = new GraphRig();
        await node.CreateAsync();

        PeerException inUse = await Assert.ThrowsAsync<PeerException>(
            () => node.Service.RemoveAsync(GraphRig.GraphId, null, default));
        Assert.Equal(PeerErrors.GraphInUse, inUse.Error);

        await node.Service.CloseAsync(GraphRig.GraphId, persist: true, default);
        await node.Service.RemoveAsync(GraphRig.GraphId, null, default);
        Assert.Empty(await node.Service.ListAsync(includeClosed: true, default));
        Assert.Empty(Directory.GetFiles(node.DatabaseFolder));
    }

    [Fact]
    public async Task A_graph_exists_once()
    {
        await using var node = new GraphRig();
        await node.CreateAsync();

        PeerException open = await Assert.ThrowsAsync<PeerException>(() => node.CreateAsync());
        await node.Service.CloseAsync(GraphRig.GraphId, persist: true, default);
        PeerException closed = await Assert.ThrowsAsync<PeerException>(() => node.CreateAsync());

        Assert.Equal(PeerErrors.DuplicateGraph, open.Error);
        Assert.Equal(PeerErrors.DuplicateGraph, closed.Error);
    }

    [Fact]
    public async Task Nobody_at_the_endpoint_is_an_error_and_leaves_nothing_behind()
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await one.CreateAsync();
        IPEndPoint endpoint = one.Endpoint;
        await one.Service.CloseAsync(GraphRig.GraphId, persist: true, default);

        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => two.Service.ConnectAsync(
            new() { GraphId = GraphRig.GraphId, PeerId = "two", Endpoints = [endpoint] }, true, null, default).WaitAsync(Patience));

        Assert.Equal(PeerErrors.ConnectionFailed, failure.Error);
        Assert.Contains("no node listens", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await two.Service.ListAsync(includeClosed: true, default));
    }

    [Fact]
    public async Task A_host_that_does_not_answer_is_told_from_one_that_refuses()
    {
        await using var one = new GraphRig(
            new() { OpenTimeout = TimeSpan.FromMilliseconds(200) }, transport: new SilentTransport());
        await using var two = new GraphRig(transport: new SilentTransport(SocketError.HostUnreachable));
        await using var three = new GraphRig(transport: new SilentTransport(SocketError.ConnectionRefused));

        Assert.Contains("silent", await FailAsync(one), StringComparison.Ordinal);
        Assert.Contains("silent", await FailAsync(two), StringComparison.Ordinal);
        Assert.Contains("refuses", await FailAsync(three), StringComparison.Ordinal);

        static async Task<string> FailAsync(GraphRig rig)
        {
            PeerException failure = await Assert.ThrowsAsync<PeerException>(() => rig.Service.ConnectAsync(
                new() { GraphId = "rig", PeerId = "two", Endpoints = [new(IPAddress.Loopback, 40000)] }, true, null, default)
                .WaitAsync(Patience));
            Assert.Equal(PeerErrors.ConnectionFailed, failure.Error);
            return failure.Message;
        }
    }

    [Fact]
    public async Task Who_says_farewell_with_the_data_is_known_when_it_is_read()
    {
        await using var one = new GraphRig();
        await one.CreateAsync();
        using RawPeer raw = await RawPeer.JoinAsync(one.Endpoint, "raw");

        await raw.SendAsync(
        [
            .. GraphMessage.Encode(new PointToPointMessage { DataType = GraphRig.RecordType, Data = "bye"u8 }),
            .. GraphMessage.Encode(new DisconnectMessage { Reason = DisconnectReason.Leaving }),
        ]);

        PeerDataItem item = await ReceiveAsync(one);
        Assert.Equal(("bye", "raw"), (item.Text, item.PeerId));
    }

    [Fact]
    public async Task What_is_told_is_what_became_of_the_node_that_was_named()
    {
        await using var two = new GraphRig();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var named = (IPEndPoint)listener.LocalEndpoint;
        Task<PeerGraph> joining = two.Service.ConnectAsync(
            new() { GraphId = GraphRig.GraphId, PeerId = "two", Endpoints = [named] }, true, null, default);

        // It refers to a port where nobody listens, and is gone.
        using (RawPeer raw = RawPeer.Of(await listener.AcceptSocketAsync()))
        {
            listener.Stop();
            await raw.ReceiveAsync();
            await raw.ReceiveAsync();
            await raw.SendAsync(GraphMessage.Encode(new WelcomeMessage
            {
                NodeId = 5,
                PeerTime = PeerTime.FromUtc(DateTimeOffset.UtcNow, TimeSpan.Zero),
                PeerId = "raw",
                Referrals = [GraphEndpoint.From(new(IPAddress.Loopback, 1))],
            }));
        }

        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => joining.WaitAsync(Patience));
        Assert.Contains(named.ToString(), failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other")]
    [InlineData("RIG")]
    public async Task A_node_of_another_graph_lets_nobody_in(string graphId)
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await one.CreateAsync();

        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => two.Service.ConnectAsync(
            new() { GraphId = graphId, PeerId = "two", Endpoints = [one.Endpoint] }, true, null, default).WaitAsync(Patience));

        Assert.Equal(PeerErrors.ConnectionFailed, failure.Error);
        Assert.Contains($"'{graphId}': it has no graph of that id, in which capitals count", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_does_not_connect_to_itself()
    {
        await using var node = new GraphRig();
        await node.CreateAsync();

        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => node.Service.ConnectAsync(
            new() { GraphId = GraphRig.GraphId, Endpoints = [node.Endpoint] }, true, null, default).WaitAsync(Patience));

        Assert.Equal(PeerErrors.ConnectSelf, failure.Error);
    }

    [Fact]
    public async Task A_node_that_was_never_synchronized_does_not_listen()
    {
        await using var node = new GraphRig();

        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => node.Service.ConnectAsync(
            new() { GraphId = GraphRig.GraphId, PeerId = "two", IsListening = true }, true, null, default));

        Assert.Equal(PeerErrors.GraphNotReady, failure.Error);
    }

    [Fact]
    public async Task The_second_of_several_endpoints_will_do_and_so_will_a_name()
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await using var three = new GraphRig();
        await one.CreateAsync();
        await one.AddAsync("x");
        using var nobody = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        await two.Service.ConnectAsync(
            new() { GraphId = GraphRig.GraphId, PeerId = "two", Endpoints = [(IPEndPoint)nobody.LocalEndPoint!, one.Endpoint] },
            true, null, default).WaitAsync(Patience);
        three.Locator.Names["0.rig"] = [one.Endpoint];
        await three.Service.ConnectAsync(
            new() { GraphId = GraphRig.GraphId, PeerId = "three", ResolveName = "0.rig" }, true, null, default).WaitAsync(Patience);

        Assert.Equal(["x"], await two.ReadAsync());
        Assert.Equal(["x"], await three.ReadAsync());
    }

    [Fact]
    public async Task A_port_that_was_asked_for_and_is_taken_is_an_error()
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await one.CreateAsync();

        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => two.Service.CreateAsync(
            new()
            {
                GraphId = "second",
                PeerId = "two",
                IsListening = true,
                Port = one.Endpoint.Port,
                Properties = new() { Scope = PeerGraphScope.Loopback },
            },
            default));

        Assert.Equal(PeerErrors.UnableToListen, failure.Error);
        Assert.Empty(await two.Service.ListAsync(includeClosed: true, default));
    }

    [Fact]
    public async Task Data_goes_both_ways_through_a_direct_connection_that_is_allowed()
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await one.CreateAsync();
        await two.JoinAsync(one, "two");

        PeerException refused = await Assert.ThrowsAsync<PeerException>(() => two.Service.OpenConnectionAsync(
            GraphRig.GraphId, "creator", one.Endpoint, Patience, default));
        Assert.Equal(PeerErrors.ConnectionRefused, refused.Error);

        using IDisposable expected = one.Service.ExpectDirectConnections(GraphRig.GraphId);
        PeerConnection connection = await two.Service.OpenConnectionAsync(
            GraphRig.GraphId, "creator", one.Endpoint, Patience, default);
        Assert.Equal(PeerConnectionType.Direct, connection.Type);
        Assert.Equal(PeerConnectionState.Connected, connection.State);

        await two.Service.SendAsync(GraphRig.GraphId, connection.Id, GraphRig.RecordType, "ping"u8.ToArray(), default);
        PeerDataItem there = await ReceiveAsync(one);
        Assert.Equal("ping", there.Text);
        Assert.Equal("two", there.PeerId);
        await one.Service.SendAsync(GraphRig.GraphId, there.ConnectionId, GraphRig.RecordType, "pong"u8.ToArray(), default);
        Assert.Equal("pong", (await ReceiveAsync(two)).Text);

        await two.Service.CloseConnectionAsync(GraphRig.GraphId, connection.Id, default);
        PeerException gone = await Assert.ThrowsAsync<PeerException>(() => two.Service.SendAsync(
            GraphRig.GraphId, connection.Id, GraphRig.RecordType, default, default));
        Assert.Equal(PeerErrors.ConnectionNotFound, gone.Error);
    }

    [Fact]
    public async Task Properties_are_the_creators_to_change()
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await one.CreateAsync();
        await two.JoinAsync(one, "two");

        PeerException denied = await Assert.ThrowsAsync<PeerException>(() => two.Service.ChangeAsync(
            GraphRig.GraphId, new() { FriendlyName = "Mine" }, default));
        Assert.Equal(PeerErrors.NotAuthorized, denied.Error);

        await one.Service.ChangeAsync(GraphRig.GraphId, new() { FriendlyName = "Ours", MaxRecordSize = 2048 }, default);
        PeerGraph changed = await two.UntilAsync(graph => graph.Properties?.FriendlyName == "Ours");
        Assert.Equal(2048, changed.Properties!.MaxRecordSize);
    }

    [Fact]
    public async Task A_thousand_records_added_at_once_are_everywhere()
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await one.CreateAsync();
        await two.JoinAsync(one, "two");

        string[] texts = [.. Enumerable.Range(0, 1000).Select(i => $"{i:0000}")];
        await Task.WhenAll(texts.Select(text => one.AddAsync(text)));

        await two.UntilRecordsAsync(texts);
        await using var three = new GraphRig();
        await three.JoinAsync(two, "three");
        Assert.Equal(texts, await three.ReadAsync());
    }

    [Fact]
    public async Task A_full_disk_is_an_error_and_the_graph_goes_on()
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig(maximumBytes: 512 * 1024);
        await one.CreateAsync();
        await two.JoinAsync(one, "two");
        await two.AddAsync("kept");

        string large = new('x', 16 * 1024);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => one.AddAsync(large)));
        using var patience = new CancellationTokenSource(Patience);
        while (two.Observer.Failures.IsEmpty)
        {
            await two.Observer.NextChange.WaitAsync(patience.Token);
        }

        PeerException full = await Assert.ThrowsAsync<PeerException>(() => two.AddAsync(new string('y', 512 * 1024)));
        Assert.Equal(PeerErrors.DiskFull, full.Error);
        Assert.Contains("kept", await two.ReadAsync());
        await one.UntilRecordsAsync(["kept", .. Enumerable.Repeat(large, 64)]);
    }

    [Fact]
    public async Task A_damaged_database_is_told_and_left_as_it_is()
    {
        await using var node = new GraphRig();
        await node.CreateAsync();
        await node.AddAsync("precious");
        await node.Service.CloseAsync(GraphRig.GraphId, persist: true, default);
        string file = Assert.Single(Directory.GetFiles(node.DatabaseFolder, "*.graph"));
        byte[] damaged = await File.ReadAllBytesAsync(file);
        damaged.AsSpan(100, damaged.Length - 100).Fill(0xA5);
        await File.WriteAllBytesAsync(file, damaged);
        await node.RestartAsync(farewell: true);

        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => node.Service.ConnectAsync(
            new() { GraphId = GraphRig.GraphId, PeerId = "creator" }, true, null, default));

        Assert.Equal(PeerErrorKind.InvalidData, failure.Error.Kind);
        Assert.Equal(damaged, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task An_exported_database_is_imported_elsewhere()
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await one.CreateAsync();
        await one.AddAsync("a");
        await one.AddAsync("b");
        string file = Path.Combine(one.DatabaseFolder, "export");
        PeerException inUse = await Assert.ThrowsAsync<PeerException>(
            () => one.Service.ExportAsync(GraphRig.GraphId, null, file, false, default));
        await one.Service.CloseAsync(GraphRig.GraphId, persist: true, default);
        await one.Service.ExportAsync(GraphRig.GraphId, null, file, false, default);

        PeerDatabaseImportResult result = await two.Service.ImportAsync(GraphRig.GraphId, null, file, default);

        Assert.Equal(PeerErrors.GraphInUse, inUse.Error);
        Assert.True(result.Accepted >= 2);
        await two.Service.ConnectAsync(new() { GraphId = GraphRig.GraphId }, true, null, default);
        Assert.Equal(["a", "b"], await two.ReadAsync());
    }

    private static async Task<PeerDataItem> ReceiveAsync(GraphRig node)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (PeerDataItem item in node.Service.ReceiveAsync(new() { IsWaiting = true }, patience.Token))
        {
            return item;
        }

        throw new InvalidOperationException();
    }
}
