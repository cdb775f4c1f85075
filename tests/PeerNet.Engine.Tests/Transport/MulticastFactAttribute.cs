using System.Net;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Transport;

/// <summary>A test that needs multicast on the loopback interface; where the machine forbids it, it is counted as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MulticastFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> IsPossible = new(() => Task.Run(TryAsync).GetAwaiter().GetResult());

    public MulticastFactAttribute()
    {
        if (!IsPossible.Value)
        {
            Skip = "This machine has no multicast on its loopback interface.";
        }
    }

    private static async Task<bool> TryAsync()
    {
        using var interfaces = new SystemNetworkInterfaces();
        LocalInterface? loopback = interfaces.Read().FirstOrDefault(adapter => adapter.IsLoopback);
        LocalAddress? local = loopback?.Addresses.FirstOrDefault(address => address.Address.Equals(IPAddress.Loopback));
        if (local is null)
        {
            return false;
        }

        var group = new IPEndPoint(IPAddress.Parse("239.255.255.250"), 1900);
        var network = new UdpMulticastNetwork();
        var sink = new CollectingMulticastSink();
        IMulticastLink? hearing = network.TryJoin(group, loopback!, local, sink);
        IMulticastLink? speaking = network.TryJoin(group, loopback!, local, new CollectingMulticastSink());
        if (hearing is null || speaking is null)
        {
            return false;
        }

        await using (hearing)
        await using (speaking)
        {
            speaking.SendToGroup("PeerNet test"u8);
            return await sink.HearsAsync("PeerNet test", TimeSpan.FromSeconds(2));
        }
    }
}
