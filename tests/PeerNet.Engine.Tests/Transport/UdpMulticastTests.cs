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

    [MulticastFact]
    public async Task A_link_that_was_only_opened_hears_answers_but_not_the_group()
    {
        (LocalInterface adapter, LocalAddress local) = Loopback();
        var network = new UdpMulticastNetwork();
        var echo = new EchoingMulticastSink();
        var sink = new CollectingMulticastSink();
        await using IMulticastLink member = network.TryJoin(Group, adapter, local, echo)!;
        await using IMulticastLink asking = network.TryOpen(Group, adapter, local, sink)!;
        string unheard = Guid.NewGuid().ToString();
        string question = Guid.NewGuid().ToString();

        member.SendToGroup(System.Text.Encoding.ASCII.GetBytes(unheard));
        asking.SendToGroup(System.Text.Encoding.ASCII.GetBytes(question));

        Assert.Equal(question, await sink.FirstAsync(TimeSpan.FromSeconds(10)));
    }

    [MulticastFact]
    public async Task The_sink_says_how_long_a_message_may_be()
    {
        (LocalInterface adapter, LocalAddress local) = Loopback();
        var network = new UdpMulticastNetwork();
        var sink = new CollectingMulticastSink { MaximumLength = 4096 };
        await using IMulticastLink hearing = network.TryJoin(Group, adapter, local, sink)!;
        await using IMulticastLink speaking = network.TryOpen(Group, adapter, local, new CollectingMulticastSink())!;
        string unique = Guid.NewGuid().ToString();
        string longest = unique.PadRight(4096, '.');

        speaking.SendToGroup(System.Text.Encoding.ASCII.GetBytes(unique.PadRight(4097, '!')));
        speaking.SendToGroup(System.Text.Encoding.ASCII.GetBytes(longest));

        Assert.Equal(longest, await sink.FirstAsync(TimeSpan.FromSeconds(10), unique));
    }

    private static (LocalInterface Adapter, LocalAddress Local) Loopback()
    {
        using var interfaces = new SystemNetworkInterfaces();
        LocalInterface adapter = interfaces.Read().First(candidate => candidate.IsLoopback);
        return (adapter, adapter.Addresses.First(a => a.Address.AddressFamily == AddressFamily.InterNetwork));
    }
}
