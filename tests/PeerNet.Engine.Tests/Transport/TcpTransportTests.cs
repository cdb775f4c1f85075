using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Transport;

public sealed class TcpTransportTests
{
    private static readonly TcpTransport Transport = new(TimeProvider.System);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task A_stream_goes_both_ways_and_its_addresses_are_plain(string address)
    {
        await using IStreamListener listener = Transport.Listen([], 0);
        var accepted = new TaskCompletionSource<StreamConnection>();
        listener.Start(accepted.SetResult);

        using StreamConnection client = await Transport.ConnectAsync(
            new(IPAddress.Parse(address), listener.Port), CancellationToken.None);
        using StreamConnection server = await accepted.Task;
        await client.Stream.WriteAsync(new byte[] { 1, 2 });
        await server.Stream.WriteAsync(new byte[] { 3 });

        Assert.Equal([1, 2], await ReadAsync(server, 2));
        Assert.Equal([3], await ReadAsync(client, 1));
        Assert.Equal(client.Local, server.Remote);
        Assert.Equal(IPAddress.Loopback, server.Local.Address);
        Assert.Equal(listener.Port, client.Remote.Port);
    }

    [WholeLoopbackFact]
    public async Task All_addresses_have_one_port_and_those_that_the_machine_lacks_are_left_out()
    {
        IPAddress second = IPAddress.Parse("127.0.0.2");
        await using IStreamListener listener = Transport.Listen([IPAddress.Loopback, second, IPAddress.Parse("192.0.2.77")], 0);
        listener.Start(connection => connection.Dispose());

        using StreamConnection one = await Transport.ConnectAsync(new(IPAddress.Loopback, listener.Port), default);
        using StreamConnection two = await Transport.ConnectAsync(new(second, listener.Port), default);

        Assert.Equal(second, two.Remote.Address);
    }

    [Fact]
    public void An_address_that_the_machine_lacks_cannot_be_the_only_one()
    {
        Assert.Throws<SocketException>(() => Transport.Listen([IPAddress.Parse("192.0.2.77")], 0));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_not_shared()
    {
        await using IStreamListener listener = Transport.Listen([IPAddress.Loopback], 0);

        SocketException taken = Assert.Throws<SocketException>(() => Transport.Listen([IPAddress.Loopback], listener.Port));

        Assert.True(UdpNetwork.IsTaken(taken));
    }

    [Fact]
    public async Task Nobody_answers_where_nobody_listens()
    {
        int port;
        await using (IStreamListener listener = Transport.Listen([IPAddress.Loopback], 0))
        {
            port = listener.Port;
        }

        await Assert.ThrowsAsync<SocketException>(() => Transport.ConnectAsync(new(IPAddress.Loopback, port), default));
    }

    [Fact]
    public async Task A_side_that_has_nothing_more_to_say_can_still_listen()
    {
        await using IStreamListener listener = Transport.Listen([IPAddress.Loopback], 0);
        var accepted = new TaskCompletionSource<StreamConnection>();
        listener.Start(accepted.SetResult);
        using StreamConnection client = await Transport.ConnectAsync(new(IPAddress.Loopback, listener.Port), default);
        using StreamConnection server = await accepted.Task;

        client.CompleteSending();

        Assert.Equal(0, await server.Stream.ReadAsync(new byte[1]));
        await server.Stream.WriteAsync(new byte[] { 9 });
        Assert.Equal([9], await ReadAsync(client, 1));
    }

    private static async Task<byte[]> ReadAsync(StreamConnection connection, int length)
    {
        byte[] bytes = new byte[length];
        await connection.Stream.ReadExactlyAsync(bytes);
        return bytes;
    }
}
