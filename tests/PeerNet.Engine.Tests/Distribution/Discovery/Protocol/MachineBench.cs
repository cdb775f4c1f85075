using System.Net;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Discovery;
using PeerNet.Engine.Distribution.Discovery.Protocol;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Tests.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Tests.Distribution.Discovery.Protocol;

/// <summary>One machine with virtual time, and everything that it sends.</summary>
internal sealed class MachineBench : IDiscoveryEffects
{
    public static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_218_765_447);

    public MachineBench(DiscoveryOptions? options = null, int seed = 1)
    {
        Options = options ?? new();
        Machine = new(Options, Segments, () => Port, this, new Support.SeededRandom(seed), Start)
        {
            Links = [Ethernet],
            IsServing = true,
        };
    }

    public static MulticastPlace Ethernet { get; } = Link(FakeInterfaces.Ethernet(2, "192.0.2.1/24"));

    public static IPEndPoint Stranger { get; } = IPEndPoint.Parse("192.0.2.77:50001");

    public DiscoveryOptions Options { get; }

    public FakeSegments Segments { get; } = new();

    public DiscoveryMachine Machine { get; }

    public int Port { get; set; } = 8008;

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    public List<(MulticastPlace Link, Probe Probe)> Probes { get; } = [];

    public List<(MulticastPlace Link, IPEndPoint Destination, ProbeMatches Answer)> Answers { get; } = [];

    public List<FoundPeer> Found { get; } = [];

    public int Completed { get; private set; }

    public static MulticastPlace Link(LocalInterface adapter, int which = 0) => new()
    {
        Group = new(IPAddress.Parse("239.255.255.250"), 3702),
        Adapter = adapter,
        Sender = adapter.Addresses[which],
        Published = [adapter.Addresses[which].Address],
    };

    public DiscoverySearch Search(PeerContentVersion version, params SegmentId[] ids)
    {
        var search = new DiscoverySearch(Found.Add, () => Completed++);
        Machine.Start([.. ProbeBatches.Of(ids, version)], version, search, Now);
        return search;
    }

    public void Advance(double milliseconds)
    {
        TimeSpan end = Now + TimeSpan.FromMilliseconds(milliseconds);
        while (Machine.NextDue is { } due && due <= end)
        {
            Now = due;
            Machine.Tick(Now);
        }

        Now = end;
    }

    public void Ask(Probe probe, IPEndPoint? source = null, MulticastPlace? link = null) =>
        Machine.Receive(link ?? Ethernet, source ?? Stranger, probe.Write(), Now);

    public Probe Ask(params SegmentId[] ids)
    {
        var probe = new Probe { MessageId = NewId(), Version = PeerContentVersion.V1, Segments = ids };
        Ask(probe);
        return probe;
    }

    /// <summary>A peer's answer to the last probe: 512 blocks of each id.</summary>
    public ProbeMatches Reply(IPEndPoint peer, params SegmentId[] ids) => ReplyWith(
        new()
        {
            Address = NewId(),
            Version = PeerContentVersion.V1,
            XAddrs = [peer],
            Segments = [.. ids.Select(id => new SegmentBlockCount(id, 512))],
        });

    public ProbeMatches ReplyWith(ProbeMatch match) =>
        new() { MessageId = NewId(), RelatesTo = Probes[^1].Probe.MessageId, Matches = [match] };

    public void Hear(ProbeMatches answer, IPEndPoint? source = null, MulticastPlace? link = null) =>
        Machine.Receive(link ?? Ethernet, source ?? Stranger, answer.Write(), Now);

    public long Dropped(DiscoveryDropReason reason) => Machine.Statistics.Dropped.GetValueOrDefault(reason.ToString());

    public static string NewId() => $"urn:uuid:{Guid.NewGuid()}";

    public void SendToGroup(MulticastPlace link, byte[] message)
    {
        Assert.InRange(message.Length, 1, Probe.MaximumLength);
        Assert.True(WsdEnvelope.TryRead(message, out WsdEnvelope? envelope));
        Assert.True(Probe.TryRead(envelope, out Probe? probe));
        Probes.Add((link, probe));
    }

    public void SendTo(MulticastPlace link, IPEndPoint destination, byte[] message)
    {
        Assert.InRange(message.Length, 1, WsdEnvelope.MaximumLength);
        Assert.True(WsdEnvelope.TryRead(message, out WsdEnvelope? envelope));
        Assert.True(ProbeMatches.TryRead(envelope, out ProbeMatches? answer));
        Answers.Add((link, destination, answer));
    }
}
