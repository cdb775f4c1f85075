using System.Globalization;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Simulation;

/// <summary>
/// Any number of nodes of a cloud. Everything that happens follows from the seed, except the bytes of keys and signatures, on
/// which nothing depends.
/// </summary>
internal sealed class SimulatedNetwork : SimulatedWorld, IDisposable
{
    private const ushort Port = 3540;
    private const int KeyCount = 64;
    private const int MessageTypeOffset = 7;
    private const int ReasonOffset = 21;

    private static readonly UInt128 Prefix = new(0x2001_0db8_0000_0000, 0);

    private readonly PeerPrivateKey[] _keys;

    public SimulatedNetwork(
        ulong seed,
        NetworkConditions? conditions = null,
        PeerSuite suite = PeerSuite.Modern,
        int keyCount = KeyCount)
        : base(seed)
    {
        Conditions = conditions ?? new NetworkConditions();
        Suite = SuiteAlgorithms.For(suite);
        _keys = new PeerPrivateKey[keyCount];
        for (int i = 0; i < keyCount; i++)
        {
            _keys[i] = PeerPrivateKey.Generate(suite);
        }
    }

    public SuiteAlgorithms Suite { get; }

    public NetworkConditions Conditions { get; set; }

    public List<SimulatedNode> Nodes { get; } = [];

    /// <summary>Nodes that the seed step of discovery yields.</summary>
    public List<PnrpEndpoint> Seeds { get; } = [];

    /// <summary>Whether all nodes are on one link, where multicast finds them.</summary>
    public bool HasMulticast { get; set; }

    public long DatagramsSent { get; private set; }

    /// <summary>Sees every datagram before the network does; false makes it lost.</summary>
    public Func<SimulatedNode, PnrpEndpoint, ReadOnlyMemory<byte>, bool>? Filter { get; set; }

    public IEnumerable<SimulatedNode> Living => Nodes.Where(node => !node.IsDead);

    /// <summary>Whether every machine has <see cref="Everywhere"/> as well, and names it first.</summary>
    public bool HasEqualAddresses { get; init; }

    /// <summary>An address that leads whoever uses it to himself, like that of a bridge for guests.</summary>
    public static PnrpEndpoint Everywhere { get; } = new(new Bits128(0x2001_0db8_dead_0000, 1), Port);

    public static PnrpEndpoint EndpointOf(int index) => new(Prefix + (UInt128)(index + 1), Port);

    public SimulatedNode AddNode()
    {
        var node = new SimulatedNode(this, Nodes.Count);
        Nodes.Add(node);
        node.Machine.SetSeeds(Seeds.ToArray());
        node.Do(() => node.Machine.Open(
            node.Now, new OwnAddresses(HasEqualAddresses ? [Everywhere, node.Endpoint] : [node.Endpoint])));
        return node;
    }

    /// <summary>A node that registers an unsecured name of its own.</summary>
    public SimulatedNode AddNamedNode()
    {
        SimulatedNode node = AddNode();
        node.Name = NewName(string.Create(CultureInfo.InvariantCulture, $"0.node-{node.Index}"));
        node.Do(machine => machine.Register(node.Now, node.Name));
        return node;
    }

    public LocalName NewName(string name, int? key = null)
    {
        _ = PeerName.TryParse(name, out PeerName? parsed);
        return new LocalName(
            _keys[key ?? Random.Next(_keys.Length)],
            parsed!,
            Random.NextUInt64(),
            Random.NextUInt64(),
            new LocalNamePayload { Endpoints = [new PeerAppEndpoint(System.Net.IPAddress.IPv6Loopback, 4711)] });
    }

    public PeerPrivateKey Key(int index) => _keys[index];

    /// <summary>Resolves the name of another node, as an application would: nearest to a random location.</summary>
    public SimulatedResolve Resolve(SimulatedNode node, SimulatedNode asked)
    {
        var location = new Bits128(Random.NextUInt64(), ResolveTarget.LocationSuffix);
        return Resolve(node, new ResolveTarget { Id = new PnrpId(asked.Name!.Id.P2PId, location) }, asked: asked);
    }

    public SimulatedResolve Resolve(
        SimulatedNode node, ResolveTarget target, TimeSpan? timeout = null, SimulatedNode? asked = null)
    {
        var resolve = new SimulatedResolve(node, target, Elapsed + (timeout ?? TimeSpan.FromSeconds(30)))
        {
            Asked = asked,
            LookupsBefore = node.ApplicationLookups,
        };
        node.Do(() => BeginAttempt(node, resolve));
        return resolve;
    }

    public void Dispose()
    {
        foreach (PeerPrivateKey key in _keys)
        {
            key.Dispose();
        }
    }

    internal void Send(SimulatedNode sender, PnrpEndpoint destination, ReadOnlySpan<byte> datagram)
    {
        DatagramsSent++;
        sender.DatagramsSent++;
        if (datagram[MessageTypeOffset] == (byte)PnrpMessageType.Lookup
            && datagram[ReasonOffset] == (byte)ResolveReason.AppRequest)
        {
            sender.ApplicationLookups++;
        }

        int target = destination == Everywhere ? sender.Index : (int)(uint)((UInt128)destination.Address - Prefix) - 1;
        bool isLost = sender.IsDead
            || (uint)target >= (uint)Nodes.Count
            || Random.NextDouble() < Conditions.Loss
            || !CanReach(sender, Nodes[target])
            || Filter?.Invoke(sender, destination, datagram.ToArray()) == false;
        if (isLost)
        {
            return;
        }

        Deliver(sender, target, datagram);
        if (Conditions.Duplication > 0 && Random.NextDouble() < Conditions.Duplication)
        {
            Deliver(sender, target, datagram);
        }
    }

    internal void OnResolveEnded(SimulatedNode node, SimulatedResolve resolve, bool lossy)
    {
        resolve.Lookups = node.ApplicationLookups - resolve.LookupsBefore;
        if (resolve.Found.Count == 0 && lossy && Elapsed < resolve.Deadline)
        {
            node.After(TimeSpan.Zero, () => BeginAttempt(node, resolve));
        }
        else
        {
            resolve.IsOver = true;
            resolve.WasAskedDead = resolve.Asked?.IsDead == true;
        }
    }

    internal void OnDiscover(SimulatedNode node, DiscoveryStep step) => node.After(TimeSpan.Zero, () => Discover(node, step));

    private static void BeginAttempt(SimulatedNode node, SimulatedResolve resolve)
    {
        resolve.Attempts++;
        node.Resolves.Add(node.Machine.Resolve(node.Now, resolve.Target), resolve);
    }

    private void Deliver(SimulatedNode sender, int target, ReadOnlySpan<byte> datagram)
    {
        byte[] copy = datagram.ToArray();
        TimeSpan delay = Conditions.MinimumDelay
            + Random.NextTimeSpan(Conditions.MaximumDelay - Conditions.MinimumDelay);
        SimulatedNode node = Nodes[target];
        node.After(delay, () => node.Machine.Receive(node.Now, sender.Endpoint, copy));
    }

    private void Discover(SimulatedNode node, DiscoveryStep step)
    {
        if (step == DiscoveryStep.Seeds && Seeds.Count > 0)
        {
            node.Machine.Synchronize(node.Now, Seeds[Random.Next(Seeds.Count)]);
        }

        if (step == DiscoveryStep.Multicast && HasMulticast)
        {
            foreach (SimulatedNode other in Living.Where(other => other != node && CanReach(node, other)).Take(5))
            {
                node.Machine.Synchronize(node.Now, other.Endpoint);
            }
        }

        node.Machine.DiscoveryCompleted(node.Now, step);
    }
}
