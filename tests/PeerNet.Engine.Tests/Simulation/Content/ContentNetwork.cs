using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Download.Protocol;
using PeerNet.Engine.Tests.Distribution;

namespace PeerNet.Engine.Tests.Simulation.Content;

/// <summary>
/// A link: clients with the machines of downloads and of discovery, an origin beyond it, and a hosted cache
/// where there is one. Datagrams may be lost; streams take the time that lines need.
/// </summary>
internal sealed class ContentNetwork : SimulatedWorld
{
    private const double FastLine = 12.5e6;
    private const double SlowLine = 50e3;
    private const int Message = 200;

    private static readonly TimeSpan Retransmission = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan OriginTrip = TimeSpan.FromMilliseconds(20);

    private readonly Dictionary<Uri, ContentHost> _hosts = [];
    private readonly Dictionary<IPAddress, SimulatedClient> _clients = [];

    public ContentNetwork(ContentScenario scenario, ulong seed)
        : base(seed)
    {
        Scenario = scenario;
        Content = TestContent.V1((int)seed, scenario.Length, 16);
        Layout = ContentLayout.Create(Content.Information, 0, null);
        Segments = Content.Segments.ToDictionary(segment => segment.Id);
        Origin = new(this, new(IPAddress.Parse("203.0.113.1"), 80), FastLine);
        if (scenario.HasHostedCache)
        {
            HostedCache = new(this, new(IPAddress.Parse("10.1.255.1"), 80), FastLine);
            _hosts.Add(HostedCache.Address, HostedCache);
        }

        for (int i = 0; i < scenario.Clients; i++)
        {
            Add(i);
        }
    }

    public ContentScenario Scenario { get; }

    public TestContent Content { get; }

    public ContentLayout Layout { get; }

    public Dictionary<SegmentId, PeerContentSegment> Segments { get; }

    public ContentHost Origin { get; }

    public ContentHost? HostedCache { get; }

    public List<SimulatedClient> Clients { get; } = [];

    /// <summary>Datagrams that were sent to the link, or to one host of it.</summary>
    public long Datagrams { get; private set; }

    private bool IsUnlucky => Scenario.Loss > 0 && Random.NextDouble() < Scenario.Loss;

    /// <summary>Has everybody begin, and lets time pass until all are done.</summary>
    /// <returns>Whether they are, within an hour.</returns>
    public bool Run()
    {
        foreach (SimulatedClient client in Clients)
        {
            TimeSpan begin = Scenario.Arrival * Random.NextDouble();
            After(begin, client.Begin);
            if (Random.NextDouble() < Scenario.Leaving)
            {
                After(begin + TimeSpan.FromMilliseconds(100 + Random.Next(1000)), client.Crash);
            }
        }

        for (int i = 0; i < Scenario.Restarts; i++)
        {
            After((Scenario.Arrival * i / Scenario.Restarts) + TimeSpan.FromSeconds(1), () => SetHostedCache(isUp: false));
            After((Scenario.Arrival * i / Scenario.Restarts) + TimeSpan.FromSeconds(4), () => SetHostedCache(isUp: true));
        }

        return RunUntil(() => Clients.TrueForAll(client => client.IsDone), TimeSpan.FromHours(1));
    }

    /// <summary>Asks a server for something: the answer comes when both lines have carried it, unless there is none.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="address">Who is asked.</param>
    /// <param name="answer">What it answers, and how long that is; null where it is busy.</param>
    /// <param name="arrive">Takes the answer; null for none.</param>
    public void Exchange<T>(
        SimulatedClient client, Uri address, Func<ContentHost, (T Answer, int Bytes)> answer, Action<ContentHost?, T?> arrive)
        where T : class
    {
        ContentHost host = _hosts[address];
        After(Trip, () =>
        {
            if (host.IsDead)
            {
                // Half of those that are gone say so, by their system; of the others nothing is heard.
                if (Random.Next(2) == 0)
                {
                    After(Trip, () => arrive(null, null));
                }

                return;
            }

            if (!host.TryEnter())
            {
                After(Trip, () => arrive(host, null));
                return;
            }

            (T said, int bytes) = answer(host);
            TimeSpan sent = host.Send(Elapsed, Message + bytes);
            After(sent - Elapsed, host.Leave);
            After(client.Receive(sent, bytes) - Elapsed + Trip, () => arrive(host.IsDead ? null : host, host.IsDead ? null : said));
        });
    }

    /// <summary>Reads from the origin.</summary>
    public void Read(SimulatedClient client, SourceRead read, Action arrive)
    {
        int bytes = 0;
        for (int number = read.First; number < read.First + read.Count; number++)
        {
            (int index, int block) = Layout.Locate(number);
            bytes += Layout.GetContentRange(index, block).Length;
        }

        TimeSpan sent = Origin.Send(Elapsed + OriginTrip, bytes);
        After(client.Receive(sent, bytes) - Elapsed + OriginTrip, arrive);
    }

    /// <summary>Sends to everybody on the link.</summary>
    public void SendToGroup(SimulatedClient from, byte[] message)
    {
        Datagrams++;
        foreach (SimulatedClient client in Clients)
        {
            if (client != from && !IsUnlucky)
            {
                After(Trip, () => client.Hear(from.Sender, message));
            }
        }
    }

    /// <summary>Sends to one host of the link.</summary>
    public void SendTo(SimulatedClient from, IPEndPoint destination, byte[] message)
    {
        Datagrams++;
        if (_clients.TryGetValue(destination.Address, out SimulatedClient? client) && !IsUnlucky)
        {
            After(Trip, () => client.Hear(from.Sender, message));
        }
    }

    // A lost packet of a stream is sent again.
    private TimeSpan Trip => TimeSpan.FromMilliseconds(0.1 + Random.NextDouble()) + (IsUnlucky ? Retransmission : TimeSpan.Zero);

    private void Add(int index)
    {
        var address = IPAddress.Parse($"10.1.{1 + (index / 200)}.{1 + (index % 200)}");
        double chance = Random.NextDouble();
        bool isLiar = chance < Scenario.Liars;
        bool isSlow = !isLiar && chance < Scenario.Liars + Scenario.Slow;
        var client = new SimulatedClient(this, address, isSlow ? SlowLine : FastLine, isLiar);
        Clients.Add(client);
        _clients.Add(address, client);
        _hosts.Add(client.Address, client);
    }

    private void SetHostedCache(bool isUp)
    {
        if (isUp)
        {
            HostedCache!.Revive();
        }
        else
        {
            HostedCache!.Die();
        }
    }
}
