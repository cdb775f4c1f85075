using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Simulation;

public sealed class SmallCloudTests
{
    private const ulong Seed = 12;

    private static readonly TimeSpan Watched = TimeSpan.FromMinutes(30);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void A_registration_is_looked_up_again_when_it_is_due_and_not_with_each_maintenance(int nodes)
    {
        using var network = new SimulatedNetwork(Seed) { HasMulticast = true };
        for (int i = 0; i < nodes; i++)
        {
            network.AddNamedNode();
        }

        network.RunFor(TimeSpan.FromMinutes(2));
        Dictionary<PnrpId, int> announcements = [];
        network.Filter = (_, _, datagram) =>
        {
            if (TryReadRegistration(network, datagram.Span, out PnrpId id))
            {
                announcements[id] = announcements.GetValueOrDefault(id) + 1;
            }

            return true;
        };
        network.RunFor(Watched);

        // Each announcement asks the others once, and some of them once more.
        int due = (int)(Watched / PnrpLimits.RefreshInterval) + 1;
        Assert.NotEmpty(announcements);
        Assert.All(announcements, entry => Assert.True(
            entry.Value <= 2 * due * nodes, $"{entry.Value} LOOKUPs for one name, seed {Seed}"));
        Assert.All(network.Nodes, node => Assert.Equal(PeerRegistrationState.Registered, node.RegistrationStates[^1]));
    }

    private static bool TryReadRegistration(SimulatedNetwork network, ReadOnlySpan<byte> datagram, out PnrpId target)
    {
        target = default;
        var reader = new WireReader(datagram);
        if (PnrpHeader.TryRead(ref reader, network.Suite, out PnrpHeader header) != PnrpHeaderStatus.Ok
            || header.Type != PnrpMessageType.Lookup
            || !LookupMessage.TryRead(ref reader, network.Suite, out LookupMessage lookup)
            || lookup.Reason != ResolveReason.Registration)
        {
            return false;
        }

        target = lookup.Target;
        return true;
    }
}
