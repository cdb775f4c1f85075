using System.Net;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Discovery.Protocol;
using PeerNet.Engine.Tests.Distribution.Discovery.Protocol.Messages;

namespace PeerNet.Engine.Tests.Distribution.Discovery.Protocol;

public sealed class OutstandingProbeTests
{
    // A host has every address of its /64.
    [Fact]
    public void All_addresses_of_a_64_are_one_source()
    {
        var probe = new OutstandingProbe(
            new(1, PeerContentVersion.V1, []), "urn:uuid:1", [DiscoveryVectors.Id(1)], new());

        int counted = Enumerable.Range(1, 200).Count(i => TryAdd(probe, $"2001:db8::{i:x}"));

        Assert.Equal(DiscoveryLimits.RepliesPerSource, counted);
        Assert.True(TryAdd(probe, "2001:db8:0:1::1"));
    }

    private static bool TryAdd(OutstandingProbe probe, string address)
    {
        var endpoint = new IPEndPoint(IPAddress.Parse(address), 80);
        return probe.TryAdd(address, endpoint, endpoint.Address);
    }
}
