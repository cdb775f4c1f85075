using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Tests.Simulation;

/// <summary>One machine in the simulated network, with at most one name.</summary>
internal sealed class SimulatedNode : SimulatedHost
{
    private readonly SimulatedNetwork _network;

    public SimulatedNode(SimulatedNetwork network, int index)
        : base(network)
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

    public long DatagramsSent { get; set; }

    /// <summary>LOOKUPs sent for applications, resends included.</summary>
    public int ApplicationLookups { get; set; }

    public List<PeerRegistrationState> RegistrationStates { get; } = [];

    public List<SplitVerdict> SplitVerdicts { get; } = [];

    public List<DiscoveryStep> DiscoverySteps { get; } = [];

    public Dictionary<int, SimulatedResolve> Resolves { get; } = [];

    /// <summary>Calls the machine, and has done what it wants.</summary>
    public void Do(Action<PnrpMachine> action) => Do(() => action(Machine));

    protected override TimeSpan NextDue => Machine.NextDue;

    protected override void Advance() => Machine.Advance(Now);

    protected override void Perform()
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
