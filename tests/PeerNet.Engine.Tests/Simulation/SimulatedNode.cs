using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Tests.Simulation;

/// <summary>One machine in the simulated network, with at most one name.</summary>
internal sealed class SimulatedNode
{
    private readonly SimulatedNetwork _network;

    public SimulatedNode(SimulatedNetwork network, int index)
    {
        _network = network;
        Index = index;
        Endpoint = SimulatedNetwork.EndpointOf(index);
        Machine = new PnrpMachine(network.Suite, network.Random);
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

    /// <summary>Has done what the machine wants.</summary>
    public void Perform()
    {
        while (Machine.TakeEffects() is { Count: > 0 } effects)
        {
            foreach (PnrpEffect effect in effects)
            {
                Perform(effect);
            }
        }
    }

    private void Perform(in PnrpEffect effect)
    {
        switch (effect.News)
        {
            case null:
                _network.Send(this, effect.Destination, effect.Datagram.Span);
                break;
            case PnrpNews.ResolveFound found when Resolves.TryGetValue(found.Resolve, out SimulatedResolve? resolve):
                resolve.Found.Add(found.Name);
                break;
            case PnrpNews.ResolveEnded ended when Resolves.Remove(ended.Resolve, out SimulatedResolve? resolve):
                _network.OnResolveEnded(this, resolve, ended.Tally.IsLossy);
                break;
            case PnrpNews.RegistrationChanged changed:
                RegistrationStates.Add(changed.State);
                break;
            case PnrpNews.SplitTested tested:
                SplitVerdicts.Add(tested.Verdict);
                break;
            case PnrpNews.Discover discover:
                DiscoverySteps.Add(discover.Step);
                _network.OnDiscover(this, discover.Step);
                break;
        }
    }
}
