using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Transport;

public sealed class UdpMulticastTests
{
    private static readonly IPEndPoint Group = new(IPAddress.Parse("239.255.255.250"), 1900);

    [MulticastFact]
    public async Task Members_hear_each_other_but_not_themselves()
    {
        (LocalInterface adapter, LocalAddress local) = Loopback();
        var network = new UdpMulticastNetwork();
        var left = new CollectingMulticastSink();
        var right = new CollectingMulticastSink();
        await using IMulticastLink leftLink = network.TryJoin(Group, adapter, local, left)!;
        await using IMulticastLink rightLink = network.TryJoin(Group, adapter, local, right)!;
        string unique = Guid.NewGuid().ToString();

        leftLink.SendToGroup(System.Text.Encoding.ASCII.GetBytes(unique));
        rightLink.SendToGroup("and back"u8);

        Assert.True(await right.HearsAsync(unique, TimeSpan.FromSeconds(10)));
        Assert.True(await left.HearsAsync("and back", TimeSpan.FromSeconds(10)));
        Assert.False(await left.HearsAsync(unique, TimeSpan.FromMilliseconds(200)));
    }

    private static (LocalInterface Adapter, LocalAddress Local) Loopback()
    {
        using var interfaces = new SystemNetworkInterfaces();
        LocalInterface adapter = interfaces.Read().First(candidate => candidate.IsLoopback);
        return (adapter, adapter.Addresses.First(a => a.Address.AddressFamily == AddressFamily.InterNetwork));
    }
}
