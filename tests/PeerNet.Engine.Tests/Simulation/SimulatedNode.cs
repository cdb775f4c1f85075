using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Tests.Simulation;

/// <summary>One machine in the simulated network, with at most one name.</summary>
internal sealed class SimulatedNode : IPnrpEffects
{
    private readonly SimulatedNetwork _network;

    public SimulatedNode(SimulatedNetwork network, int index, PnrpOptions options)
    {
        _network = network;
        Index = index;
        Endpoint = SimulatedNetwork.EndpointOf(index);
        Machine = new PnrpMachine(network.Suite, options, network.Random, this);
    }

    public int Index { get; }

    public PnrpEndpoint Endpoint { get; }

    public PnrpMachine Machine { get; }

    public LocalName? Name { get; set; }

    /// <summary>A dead node neither sends nor receives.</summary>
    public bool IsDead { get; set; }

    /// <summary>Which side of a partition the node is on.</summary>
    public int Side { get; set; }

    /// <summary>When the machine's timer is set to wake it.</summary>
    public long WakeTicks { get; set; } = long.MaxValue;

    public long DatagramsSent { get; set; }

    /// <summary>LOOKUPs sent for applications, resends included.</summary>
    public int ApplicationLookups { get; set; }

    public List<PeerRegistrationState> RegistrationStates { get; } = [];

    public List<SplitVerdict> SplitVerdicts { get; } = [];

    public List<DiscoveryStep> DiscoverySteps { get; } = [];

    public Dictionary<int, SimulatedResolve> Resolves { get; } = [];

    public void Send(PnrpEndpoint destination, ReadOnlySpan<byte> datagram) =>
        _network.Send(this, destination, datagram);

    public void ResolveFound(int resolve, CertifiedName name, IReadOnlyList<ResolveHop> path)
    {
        if (Resolves.TryGetValue(resolve, out SimulatedResolve? state))
        {
            state.Found.Add(name);
        }
    }

    public void ResolveEnded(int resolve, ResolveTally tally)
    {
        if (Resolves.Remove(resolve, out SimulatedResolve? state))
        {
            _network.OnResolveEnded(this, state, tally.IsLossy);
        }
    }

    public void StateChanged(PeerCloudState state)
    {
    }

    public void RegistrationChanged(PnrpId id, PeerRegistrationState state) => RegistrationStates.Add(state);

    public void SplitTested(PnrpId localId, SplitVerdict verdict) => SplitVerdicts.Add(verdict);

    public void NameElsewhere(PnrpId localId, CertifiedName other)
    {
    }

    public void SynchronizeEnded(PnrpEndpoint endpoint, bool answered, TimeSpan roundTrip)
    {
    }

    public void Discover(DiscoveryStep step)
    {
        DiscoverySteps.Add(step);
        _network.OnDiscover(this, step);
    }
}
