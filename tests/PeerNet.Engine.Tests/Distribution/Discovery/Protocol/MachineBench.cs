using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Discovery;
using PeerNet.Engine.Distribution.Discovery.Protocol;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Tests.Distribution.Discovery.Protocol;

/// <summary>One machine with virtual time, and everything that it sends.</summary>
internal sealed class MachineBench
{
    public static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_218_765_447);

    private readonly CounterSet<DiscoveryCounter> _counters = new("Discovery");

    public MachineBench(DiscoveryLimits? limits = null, int seed = 1)
    {
        Limits = limits ?? new();
        Machine = new(Limits, new SeededRandom(seed), Start, _counters);
        SetLinks(Ethernet);
        Serve(8008);
    }

    public static MulticastPlace Ethernet { get; } = Link(FakeInterfaces.Ethernet(2, "192.0.2.1/24"));

    public static IPEndPoint Stranger { get; } = IPEndPoint.Parse("192.0.2.77:50001");

    public DiscoveryLimits Limits { get; }

    public FakeSegments Segments { get; } = new();

    public DiscoveryMachine Machine { get; }

    public Moment Now { get; private set; } = new(TimeSpan.FromHours(1), Start);

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

    public void SetLinks(params MulticastPlace[] links) => Machine.SetLinks(Now, links);

    /// <summary>Answers probes, or none: port 0.</summary>
    public void Serve(int port) => Machine.Serve(Now, port);

    public int Search(PeerContentVersion version, params SegmentId[] ids)
    {
        int search = Machine.Search(Now, ids, version);
        Perform();
        return search;
    }

    public void Cancel(int search)
    {
        Machine.Cancel(Now, search);
        Perform();
    }

    public void Advance(double milliseconds)
    {
        TimeSpan end = Now.Elapsed + TimeSpan.FromMilliseconds(milliseconds);
        while (Machine.NextDue <= end)
        {
            Now = Now with { Elapsed = Machine.NextDue };
            Machine.Advance(Now);
            Perform();
        }

        Now = Now with { Elapsed = end };
    }

    public void Receive(byte[] message, IPEndPoint? source = null, MulticastPlace? link = null)
    {
        Machine.Receive(Now, link ?? Ethernet, source ?? Stranger, message);
        Perform();
    }

    public void Ask(Probe probe, IPEndPoint? source = null, MulticastPlace? link = null) =>
        Receive(probe.Write(), source, link);

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
        Receive(answer.Write(), source, link);

    public long Count(DiscoveryCounter counter) => _counters[counter];

    public static string NewId() => $"urn:uuid:{Guid.NewGuid()}";

    // As its runner does: what is held is known at once.
    private void Perform()
    {
        while (Machine.TakeEffects() is { Count: > 0 } effects)
        {
            foreach (DiscoveryEffect effect in effects)
            {
                Perform(effect);
            }
        }
    }

    private void Perform(DiscoveryEffect effect)
    {
        switch (effect)
        {
            case DiscoveryEffect.LookUp { Probe: var probe }:
                Machine.Held(Now, probe, [.. probe.Probe.Segments.Select(Segments.Find)]);
                break;
            case DiscoveryEffect.Found found:
                Found.Add(found.Peer);
                break;
            case DiscoveryEffect.Ended:
                Completed++;
                break;
            case DiscoveryEffect.SendToGroup send:
                SendToGroup(send.Link, send.Message);
                break;
            case DiscoveryEffect.SendTo send:
                SendTo(send.Link, send.Destination, send.Message);
                break;
        }
    }

    private void SendToGroup(MulticastPlace link, byte[] message)
    {
        Assert.InRange(message.Length, 1, Probe.MaximumLength);
        Assert.True(WsdEnvelope.TryRead(message, out WsdEnvelope? envelope));
        Assert.True(Probe.TryRead(envelope, out Probe? probe));
        Probes.Add((link, probe));
    }

    private void SendTo(MulticastPlace link, IPEndPoint destination, byte[] message)
    {
        Assert.InRange(message.Length, 1, WsdEnvelope.MaximumLength);
        Assert.True(WsdEnvelope.TryRead(message, out WsdEnvelope? envelope));
        Assert.True(ProbeMatches.TryRead(envelope, out ProbeMatches? answer));
        Answers.Add((link, destination, answer));
    }
}
