using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.NameService;
using PeerNet.Engine.NameService.Protocol.Messages;
using PeerNet.Engine.NameService.Systems;
using PeerNet.Engine.Tests.NameService.Protocol;
using PeerNet.Engine.Tests.NameService.Systems;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.NameService;

/// <summary>The service on sockets of this machine, with clouds that a test fills.</summary>
public sealed class NameServerTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly FakePnrp _pnrp = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Failures _failures = new();
    private readonly FakeHost _host = new();
    private readonly NameServer _server;

    public NameServerTests()
    {
        _server = new(new(
            new PeerNameSearch(_pnrp, new FakeInterfaces(FakeInterfaces.Loopback)),
            new SystemRouting(_host, new SystemdResolver(_host), NullLogger<SystemRouting>.Instance),
            new UdpNetwork(),
            new TcpTransport(TimeProvider.System),
            _failures,
            _time,
            new SeededRandom(1),
            NullLogger<NameServer>.Instance));
        _pnrp.Others.Add(FakePnrp.Found("0.printer", FakePnrp.Global, "192.0.2.1"));
        _pnrp.Others.Add(FakePnrp.Found(
            "0.farm", FakePnrp.Global, "2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4", "2001:db8::5", "2001:db8::6"));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Assert.Empty(_failures.Messages);
    }

    [Fact]
    public async Task It_answers_datagrams_and_connections_at_one_port_of_this_machine_alone()
    {
        PeerNameService service = await EnableAsync();
        Assert.True(service.IsEnabled);
        Assert.All(service.Addresses, address => Assert.True(IPAddress.IsLoopback(address)));
        foreach (IPAddress address in service.Addresses)
        {
            var at = new IPEndPoint(address, service.Port);
            Assert.Equal(["printer.pnrp.net. 60 A 192.0.2.1"], (await DnsClient.AskAsync(at, "printer.pnrp.net", DnsType.A)).Answers);
            using TcpClient client = await DnsClient.ConnectAsync(at);
            await client.GetStream().WriteAsync(DnsClient.Frame(DnsQuestion.Write("printer.pnrp.net", DnsType.A)));
            Assert.Single((await DnsClient.ReadAsync(client.GetStream()))!.Answers);
        }

        Assert.Single(_pnrp.Requests);
        Assert.Empty(_server.PortsToOpen);
        PeerNameServiceStatistics statistics = (await _server.GetStatusAsync()).Statistics;
        Assert.Equal(2 * service.Addresses.Length, statistics.Questions);
        Assert.Equal((1, statistics.Questions - 1), (statistics.Searches, statistics.Cached));
    }

    [Fact]
    public async Task What_is_too_long_for_a_datagram_is_had_by_connection()
    {
        IPEndPoint at = At(await EnableAsync());
        DnsReply cut = await DnsClient.AskAsync(at, "farm.pnrp.net", DnsType.Aaaa);
        Assert.True(cut.IsTruncated);
        using TcpClient client = await DnsClient.ConnectAsync(at);
        await client.GetStream().WriteAsync(DnsClient.Frame(DnsQuestion.Write("farm.pnrp.net", DnsType.Aaaa)));
        Assert.Equal(6, (await DnsClient.ReadAsync(client.GetStream()))!.Answers.Count);
    }

    [Fact]
    public async Task Several_questions_of_a_connection_are_answered_also_where_it_has_no_more_to_say()
    {
        var gate = new TaskCompletionSource();
        _pnrp.Gate = gate.Task;
        using TcpClient client = await DnsClient.ConnectAsync(At(await EnableAsync()));
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(DnsClient.Frame(
            DnsQuestion.Write("printer.pnrp.net", DnsType.A), DnsQuestion.Write("example.com", DnsType.A)));
        Assert.Equal(DnsCode.Refused, (await DnsClient.ReadAsync(stream))!.Code);
        client.Client.Shutdown(SocketShutdown.Send);
        gate.SetResult();
        Assert.Single((await DnsClient.ReadAsync(stream))!.Answers);
        Assert.Null(await DnsClient.ReadAsync(stream));
    }

    [Fact]
    public async Task A_thousand_questions_of_a_connection_have_a_thousand_answers()
    {
        using TcpClient client = await DnsClient.ConnectAsync(At(await EnableAsync()));
        NetworkStream stream = client.GetStream();
        byte[] all = DnsClient.Frame([.. Enumerable.Repeat(DnsQuestion.Write("printer.pnrp.net", DnsType.A), 1000)]);
        Task writing = stream.WriteAsync(all).AsTask();
        for (int i = 0; i < 1000; i++)
        {
            Assert.Single((await DnsClient.ReadAsync(stream))!.Answers);
        }

        await writing;
    }

    [Theory]
    [InlineData(new byte[] { 0, 3, 1, 2, 3 }, "too short for a question")]
    [InlineData(new byte[] { 0xFF, 0xFF, 1, 2, 3 }, "longer than any")]
    [InlineData(new byte[] { 0, 12, 0, 1, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "an answer")]
    public async Task Nonsense_ends_a_connection(byte[] bytes, string what)
    {
        using TcpClient client = await DnsClient.ConnectAsync(At(await EnableAsync()));
        await client.GetStream().WriteAsync(bytes);
        Assert.True(await DnsClient.ReadAsync(client.GetStream()) is null, what);
    }

    [Fact]
    public async Task Who_sends_a_question_in_pieces_has_ten_seconds_for_it()
    {
        using TcpClient client = await DnsClient.ConnectAsync(At(await EnableAsync()));
        NetworkStream stream = client.GetStream();
        byte[] question = DnsClient.Frame(DnsQuestion.Write("printer.pnrp.net", DnsType.A));
        await stream.WriteAsync(DnsClient.Frame(question[2..]));
        Assert.NotNull(await DnsClient.ReadAsync(stream));
        await stream.WriteAsync(question.AsMemory(0, 10));
        await AdvanceUntilAsync(DnsClient.ReadAsync(stream));
    }

    [Fact]
    public async Task One_source_does_not_hold_all_connections()
    {
        IPEndPoint at = At(await EnableAsync());
        List<TcpClient> clients = [];
        for (int i = 0; i < NameServerServices.MaximumConnections; i++)
        {
            clients.Add(await DnsClient.ConnectAsync(at));
        }

        int served = 0;
        foreach (TcpClient client in clients)
        {
            served += await IsServedAsync(client) ? 1 : 0;
        }

        Assert.Equal(NameServerServices.MaximumConnections / 4, served);
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Asked_for_again_it_goes_on_and_asked_for_otherwise_it_moves()
    {
        PeerNameService first = await EnableAsync();
        Assert.Equal(first.Port, (await EnableAsync()).Port);
        Assert.Equal(first.Started, (await EnableAsync()).Started);
        PeerNameService moved = await _server.EnableAsync(new() { Port = 0, Addresses = [IPAddress.Parse("127.0.0.2")] }, default);
        Assert.Equal([IPAddress.Parse("127.0.0.2")], moved.Addresses);
        Assert.True(await _server.DisableAsync(default));
        Assert.False((await _server.GetStatusAsync()).IsEnabled);
        Assert.False(await _server.DisableAsync(default));
        using var again = new UdpClient(new IPEndPoint(IPAddress.Parse("127.0.0.2"), moved.Port));
    }

    [Fact]
    public async Task A_port_that_is_taken_and_an_address_of_another_machine_are_told()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        PeerException failure = await Assert.ThrowsAsync<PeerException>(
            () => _server.EnableAsync(new() { Port = port }, default));
        Assert.Equal(PeerErrors.UnableToListen, failure.Error);
        Assert.Contains("-Port", failure.Message, StringComparison.Ordinal);
        failure = await Assert.ThrowsAsync<PeerException>(
            () => _server.EnableAsync(new() { Port = 0, Addresses = [IPAddress.Parse("192.0.2.99")] }, default));
        Assert.Contains("192.0.2.99", failure.Message, StringComparison.Ordinal);
        failure = await Assert.ThrowsAsync<PeerException>(
            () => _server.EnableAsync(new() { Port = 70_000, Addresses = [IPAddress.Any] }, default));
        Assert.Equal(PeerErrors.InvalidArgument, failure.Error);
        Assert.Contains("70000", failure.Message, StringComparison.Ordinal);
        Assert.Contains("0.0.0.0", failure.Message, StringComparison.Ordinal);
        Assert.False((await _server.GetStatusAsync()).IsEnabled);
    }

    [Fact]
    public async Task Disabled_it_ends_searches_and_connections()
    {
        _pnrp.Gate = new TaskCompletionSource().Task;
        using TcpClient client = await DnsClient.ConnectAsync(At(await EnableAsync()));
        await client.GetStream().WriteAsync(DnsClient.Frame(
            DnsQuestion.Write("printer.pnrp.net", DnsType.A), DnsQuestion.Write("example.com", DnsType.A)));
        Assert.NotNull(await DnsClient.ReadAsync(client.GetStream()));
        Assert.Equal(1, (await _server.GetStatusAsync()).Statistics.Waiting);
        await _server.DisableAsync(default);
        Assert.Null(await DnsClient.ReadAsync(client.GetStream()));
    }

    [Fact]
    public async Task The_system_is_told_of_the_port_that_was_opened_and_not_to_ask_any_more()
    {
        _host.Folders.Add("/run/systemd/resolve");
        PeerNameService service = await _server.EnableAsync(new() { Port = 0, Configure = true }, default);
        Assert.Equal("systemd-resolved", service.ConfiguredIn);
        Assert.Contains($"DNS=127.0.0.1:{service.Port}\n", Assert.Single(_host.Files).Value, StringComparison.Ordinal);
        Assert.Equal("systemd-resolved", (await EnableAsync()).ConfiguredIn);
        await _server.DisableAsync(default);
        Assert.Empty(_host.Files);
    }

    [Fact]
    public async Task A_system_that_cannot_be_told_leaves_nothing_behind()
    {
        await Assert.ThrowsAsync<PeerException>(() => _server.EnableAsync(new() { Port = 0, Configure = true }, default));
        Assert.False((await _server.GetStatusAsync()).IsEnabled);
        await EnableAsync();
        await Assert.ThrowsAsync<PeerException>(() => _server.EnableAsync(new() { Port = 0, Configure = true }, default));
        Assert.True((await _server.GetStatusAsync()).IsEnabled);
    }

    [Fact]
    public async Task A_node_that_stops_takes_back_what_it_has_told()
    {
        _host.Folders.Add("/run/systemd/resolve");
        await _server.EnableAsync(new() { Port = 0, Configure = true }, default);
        await _server.DisposeAsync();
        Assert.Empty(_host.Files);
    }

    private static IPEndPoint At(PeerNameService service) => new(service.Addresses[0], service.Port);

    private static async Task<bool> IsServedAsync(TcpClient client)
    {
        try
        {
            await client.GetStream().WriteAsync(DnsClient.Frame(DnsQuestion.Write("pnrp.net", DnsType.Soa)));
            return await DnsClient.ReadAsync(client.GetStream()) is not null;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Task<PeerNameService> EnableAsync() => _server.EnableAsync(new() { Port = 0 }, default);

    // The server's own clock runs while a real connection is read: it moves on until the connection has ended.
    private async Task AdvanceUntilAsync(Task<DnsReply?> ended)
    {
        while (!ended.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Null(await ended);
    }

    private sealed class Failures : INameServerObserver
    {
        public List<string> Messages { get; } = [];

        public void Failed(string source, string message) => Messages.Add($"{source}: {message}");
    }
}
