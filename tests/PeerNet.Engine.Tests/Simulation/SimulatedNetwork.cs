using System.Buffers;
using System.Globalization;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Simulation;

/// <summary>
/// Any number of machines on a network with virtual time. Everything that happens follows from the seed, except the
/// bytes of keys and signatures, on which nothing depends.
/// </summary>
internal sealed class SimulatedNetwork : IDisposable
{
    private const ushort Port = 3540;
    private const int KeyCount = 64;
    private const int MessageTypeOffset = 7;
    private const int ReasonOffset = 21;

    private static readonly UInt128 Prefix = new(0x2001_0db8_0000_0000, 0);
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Event, (long Ticks, long Order)> _events = new();
    private readonly PeerPrivateKey[] _keys;
    private long _order;

    public SimulatedNetwork(
        ulong seed,
        NetworkConditions? conditions = null,
        PeerSuite suite = PeerSuite.Modern,
        int keyCount = KeyCount)
    {
        Random = new SeededRandom(seed);
        Conditions = conditions ?? new NetworkConditions();
        Suite = SuiteAlgorithms.For(suite);
        _keys = new PeerPrivateKey[keyCount];
        for (int i = 0; i < keyCount; i++)
        {
            _keys[i] = PeerPrivateKey.Generate(suite);
        }
    }

    public SuiteAlgorithms Suite { get; }

    public SeededRandom Random { get; }

    public NetworkConditions Conditions { get; set; }

    public List<SimulatedNode> Nodes { get; } = [];

    /// <summary>Nodes that the seed step of discovery yields.</summary>
    public List<PnrpEndpoint> Seeds { get; } = [];

    /// <summary>Whether all nodes are on one link, where multicast finds them.</summary>
    public bool HasMulticast { get; set; }

    /// <summary>While set, datagrams between different sides are lost.</summary>
    public bool IsPartitioned { get; set; }

    public TimeSpan Elapsed { get; private set; }

    public Moment Now => new(Elapsed, Start + Elapsed);

    public long DatagramsSent { get; private set; }

    /// <summary>Sees every datagram before the network does; false makes it lost.</summary>
    public Func<SimulatedNode, PnrpEndpoint, ReadOnlyMemory<byte>, bool>? Filter { get; set; }

    public IEnumerable<SimulatedNode> Living => Nodes.Where(node => !node.IsDead);

    /// <summary>Whether every machine has <see cref="Everywhere"/> as well, and names it first.</summary>
    public bool HasEqualAddresses { get; init; }

    /// <summary>An address that leads whoever uses it to himself, like that of a bridge for guests.</summary>
    public static PnrpEndpoint Everywhere { get; } = new(new UInt128(0x2001_0db8_dead_0000, 1), Port);

    public static PnrpEndpoint EndpointOf(int index) => new(Prefix + (UInt128)(index + 1), Port);

    public SimulatedNode AddNode()
    {
        var node = new SimulatedNode(this, Nodes.Count);
        Nodes.Add(node);
        node.Machine.SetSeeds(Seeds.ToArray());
        node.Machine.Open(Now, new OwnAddresses(HasEqualAddresses ? [Everywhere, node.Endpoint] : [node.Endpoint]));
        Reschedule(node);
        return node;
    }

    /// <summary>A node that registers an unsecured name of its own.</summary>
    public SimulatedNode AddNamedNode()
    {
        SimulatedNode node = AddNode();
        node.Name = NewName(string.Create(CultureInfo.InvariantCulture, $"0.node-{node.Index}"));
        Do(node, machine => machine.Register(Now, node.Name));
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

    /// <summary>Calls a machine and looks after its timer.</summary>
    public void Do(SimulatedNode node, Action<PnrpMachine> action)
    {
        action(node.Machine);
        Reschedule(node);
    }

    /// <summary>The node is gone without a word.</summary>
    public static void Crash(SimulatedNode node) => node.IsDead = true;

    /// <summary>The node says goodbye; what it has to send is on its way.</summary>
    public void Leave(SimulatedNode node) => Do(node, machine => machine.Close(Now));

    /// <summary>Resolves the name of another node, as an application would: nearest to a random location.</summary>
    public SimulatedResolve Resolve(SimulatedNode node, SimulatedNode asked)
    {
        var location = new UInt128(Random.NextUInt64(), ResolveTarget.LocationSuffix);
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
        BeginAttempt(node, resolve);
        return resolve;
    }

    public void RunFor(TimeSpan duration) => RunUntil(Elapsed + duration);

    public void RunUntil(TimeSpan end)
    {
        while (_events.TryPeek(out Event next, out (long Ticks, long Order) priority) && priority.Ticks <= end.Ticks)
        {
            _events.Dequeue();
            Elapsed = TimeSpan.FromTicks(priority.Ticks);
            Happen(next);
        }

        Elapsed = end;
    }

    /// <summary>Runs until something is so, or the time is over.</summary>
    /// <returns>Whether it is so.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        TimeSpan end = Elapsed + limit;
        while (!condition() && Elapsed < end)
        {
            RunFor(TimeSpan.FromMilliseconds(100));
        }

        return condition();
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

        int target = destination == Everywhere ? sender.Index : (int)(uint)(destination.Address - Prefix) - 1;
        bool isLost = sender.IsDead
            || (uint)target >= (uint)Nodes.Count
            || Random.NextDouble() < Conditions.Loss
            || (IsPartitioned && Nodes[target].Side != sender.Side)
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
            Schedule(Elapsed, new Event(EventKind.Resolve, node, resolve, default, 0, null));
        }
        else
        {
            resolve.IsOver = true;
            resolve.WasAskedDead = resolve.Asked?.IsDead == true;
        }
    }

    internal void OnDiscover(SimulatedNode node, DiscoveryStep step) =>
        Schedule(Elapsed, new Event(EventKind.Discover, node, null, default, (int)step, null));

    private void BeginAttempt(SimulatedNode node, SimulatedResolve resolve)
    {
        resolve.Attempts++;
        int number = node.Machine.Resolve(Now, resolve.Target);
        node.Resolves.Add(number, resolve);
        Reschedule(node);
    }

    private void Deliver(SimulatedNode sender, int target, ReadOnlySpan<byte> datagram)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(datagram.Length);
        datagram.CopyTo(copy);
        TimeSpan delay = Conditions.MinimumDelay
            + Random.NextTimeSpan(Conditions.MaximumDelay - Conditions.MinimumDelay);
        Schedule(Elapsed + delay, new Event(
            EventKind.Datagram, Nodes[target], null, sender.Endpoint, datagram.Length, copy));
    }

    private void Happen(in Event happening)
    {
        SimulatedNode node = happening.Node;
        switch (happening.Kind)
        {
            case EventKind.Datagram:
                if (!node.IsDead)
                {
                    node.Machine.Receive(Now, happening.Source, happening.Datagram.AsSpan(0, happening.Value));
                    Reschedule(node);
                }

                ArrayPool<byte>.Shared.Return(happening.Datagram!);
                break;
            case EventKind.Wake when !node.IsDead && node.WakeTicks <= Elapsed.Ticks:
                node.WakeTicks = long.MaxValue;
                node.Machine.Advance(Now);
                Reschedule(node);
                break;
            case EventKind.Discover when !node.IsDead:
                Discover(node, (DiscoveryStep)happening.Value);
                Reschedule(node);
                break;
            case EventKind.Resolve when !node.IsDead:
                BeginAttempt(node, happening.Resolve!);
                break;
        }
    }

    private void Discover(SimulatedNode node, DiscoveryStep step)
    {
        if (step == DiscoveryStep.Seeds && Seeds.Count > 0)
        {
            node.Machine.Synchronize(Now, Seeds[Random.Next(Seeds.Count)]);
        }

        if (step == DiscoveryStep.Multicast && HasMulticast)
        {
            foreach (SimulatedNode other in Living.Where(other => other != node && IsReachable(node, other)).Take(5))
            {
                node.Machine.Synchronize(Now, other.Endpoint);
            }
        }

        node.Machine.DiscoveryCompleted(Now, step);
    }

    private bool IsReachable(SimulatedNode left, SimulatedNode right) => !IsPartitioned || left.Side == right.Side;

    /// <summary>Has done what a machine wants, and sees to its timer.</summary>
    private void Reschedule(SimulatedNode node)
    {
        node.Perform();
        long due = Math.Max(node.Machine.NextDue.Ticks, Elapsed.Ticks);
        if (due < node.WakeTicks && due != TimeSpan.MaxValue.Ticks)
        {
            node.WakeTicks = due;
            Schedule(TimeSpan.FromTicks(due), new Event(EventKind.Wake, node, null, default, 0, null));
        }
    }

    private void Schedule(TimeSpan at, in Event happening) => _events.Enqueue(happening, (at.Ticks, _order++));

    private enum EventKind : byte
    {
        Datagram,
        Wake,
        Discover,
        Resolve,
    }

    private readonly record struct Event(
        EventKind Kind,
        SimulatedNode Node,
        SimulatedResolve? Resolve,
        PnrpEndpoint Source,
        int Value,
        byte[]? Datagram);
}
