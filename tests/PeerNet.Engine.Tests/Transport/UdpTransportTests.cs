using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Transport;

public sealed class UdpTransportTests
{
    private static readonly UdpNetwork Network = new();

    private static DatagramAddress AddressOf(IDatagramTransport transport, IPAddress address) =>
        DatagramAddress.From(new(address, transport.Port));

    [Fact]
    public async Task A_datagram_arrives_with_its_source()
    {
        await using IDatagramTransport left = Network.Open([IPAddress.Loopback], 0);
        await using IDatagramTransport right = Network.Open([IPAddress.Loopback], 0);
        var sink = new CollectingSink();
        right.Start(sink);

        left.Send(AddressOf(right, IPAddress.Loopback), [1, 2, 3]);

        (DatagramAddress source, byte[] datagram) = await sink.NextAsync();
        Assert.Equal([1, 2, 3], datagram);
        Assert.Equal(AddressOf(left, IPAddress.Loopback), source);
    }

    [WholeLoopbackFact]
    public async Task An_answer_leaves_from_the_address_that_was_asked()
    {
        IPAddress second = IPAddress.Parse("127.0.0.2");
        await using IDatagramTransport node = Network.Open([IPAddress.Loopback, second], 0);
        await using IDatagramTransport peer = Network.Open([IPAddress.Parse("127.0.0.3")], 0);
        var nodeSink = new CollectingSink();
        var peerSink = new CollectingSink();
        node.Start(nodeSink);
        peer.Start(peerSink);

        peer.Send(AddressOf(node, second), [1]);
        (DatagramAddress asker, _) = await nodeSink.NextAsync();
        node.Send(asker, [2]);

        (DatagramAddress source, _) = await peerSink.NextAsync();
        Assert.Equal(AddressOf(node, second), source);
    }

    [WholeLoopbackFact]
    public async Task All_addresses_have_one_port()
    {
        await using IDatagramTransport node = Network.Open([IPAddress.Loopback, IPAddress.Parse("127.0.0.2")], 0);

        SocketException taken = Assert.Throws<SocketException>(
            () => Network.Open([IPAddress.Parse("127.0.0.2")], node.Port));

        Assert.True(UdpNetwork.IsTaken(taken));
        Assert.Equal(2, node.LocalAddresses.Count);
    }

    [Fact]
    public async Task A_transport_survives_a_destination_that_nobody_listens_at()
    {
        await using IDatagramTransport node = Network.Open([IPAddress.Loopback], 0);
        await using IDatagramTransport peer = Network.Open([IPAddress.Loopback], 0);
        var sink = new CollectingSink();
        node.Start(sink);
        int deadPort;
        using (var dead = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)))
        {
            deadPort = ((IPEndPoint)dead.Client.LocalEndPoint!).Port;
        }

        for (int i = 0; i < 20; i++)
        {
            node.Send(DatagramAddress.From(new(IPAddress.Loopback, deadPort)), [9]);
        }

        node.Send(DatagramAddress.From(new(IPAddress.Parse("2001:db8::1"), 3540)), [9]);
        peer.Send(AddressOf(node, IPAddress.Loopback), [7]);
        Assert.Equal([7], (await sink.NextAsync()).Datagram);
    }

    [Fact]
    public async Task A_datagram_longer_than_a_buffer_is_counted_and_dropped()
    {
        await using IDatagramTransport node = Network.Open([IPAddress.Loopback], 0);
        await using IDatagramTransport peer = Network.Open([IPAddress.Loopback], 0);
        var sink = new CollectingSink();
        node.Start(sink);

        peer.Send(AddressOf(node, IPAddress.Loopback), new byte[IDatagramSink.BufferLength + 1]);
        peer.Send(AddressOf(node, IPAddress.Loopback), [1]);

        Assert.Equal([1], (await sink.NextAsync()).Datagram);
        Assert.Equal(1, node.Oversized);
    }

    [WholeLoopbackFact]
    public async Task Addresses_come_and_go()
    {
        IPAddress second = IPAddress.Parse("127.0.0.2");
        await using IDatagramTransport node = Network.Open([IPAddress.Loopback], 0);
        await using IDatagramTransport peer = Network.Open([IPAddress.Loopback], 0);
        var sink = new CollectingSink();
        node.Start(sink);

        node.SetLocalAddresses([]);
        Assert.Empty(node.LocalAddresses);
        node.SetLocalAddresses([second]);
        peer.Send(AddressOf(node, second), [5]);

        Assert.Equal([5], (await sink.NextAsync()).Datagram);
    }

    [Fact]
    public async Task An_address_that_the_machine_does_not_have_is_left_out()
    {
        await using IDatagramTransport node = Network.Open([IPAddress.Parse("192.0.2.254"), IPAddress.Loopback], 0);

        Assert.Equal([IPAddress.Loopback], node.LocalAddresses);
    }
}
