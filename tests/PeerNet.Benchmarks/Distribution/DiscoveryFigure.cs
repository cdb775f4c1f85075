using System.Net;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Discovery.Protocol;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>
/// What a stranger's probe costs, from its bytes to silence or to the answer. The limit is the bare reading of its XML.
/// </summary>
internal sealed class DiscoveryFigure : IFigure
{
    private static readonly LocalAddress Local = new(IPAddress.Parse("192.0.2.1"), 24);
    private static readonly IPEndPoint Stranger = IPEndPoint.Parse("192.0.2.2:50000");

    private static readonly MulticastPlace Link = new()
    {
        Group = IPEndPoint.Parse("239.255.255.250:3702"),
        Adapter = new() { Name = "eth0", Index = 2, Addresses = [Local] },
        Sender = Local,
        Published = [Local.Address],
    };

    private SegmentHolding? _held;

    public string Name => "Discovery";

    public IAsyncEnumerable<FigureRow> MeasureAsync() => Measure().ToAsyncEnumerable();

    private IEnumerable<FigureRow> Measure()
    {
        SegmentId.TryCreate(new byte[32], out SegmentId id);
        byte[] probe = Probe(id, "urn:uuid:91528b47-b96d-4e30-981f-308c0586926f");
        string text = Encoding.UTF8.GetString(probe);
        Measurement xml = Measurement.Of(() => SafeXml.TryRead(text, out _));

        DiscoveryMachine machine = Create();
        TimeSpan now = TimeSpan.Zero;
        Measurement silence = Measurement.Of(() => Receive(machine, now += TimeSpan.FromSeconds(1), probe));
        yield return new("Discovery, probe for nothing that is held", silence.Nanoseconds, "ns", xml.Nanoseconds);

        _held = new(id, Engine.Distribution.Content.BlockSet.First(512), 512, PeerContentVersion.V1, TimeSpan.Zero);
        machine = Create();
        byte[][] probes = [.. Enumerable.Range(0, 64).Select(number => Probe(id, $"urn:{number}"))];
        int next = 0;
        Measurement answer = Measurement.Of(() =>
        {
            // An hour later no probe is remembered.
            now += TimeSpan.FromHours(1);
            Receive(machine, now, probes[next++ % probes.Length]);
            machine.Advance(At(now + TimeSpan.FromSeconds(1)));
            Perform(machine, now);
        });
        yield return new("Discovery, probe answered", answer.Nanoseconds, "ns", xml.Nanoseconds);
    }

    private static DiscoveryMachine Create()
    {
        var machine = new DiscoveryMachine(new(), SystemRandomSource.Instance, DateTimeOffset.UnixEpoch, new("Discovery"));
        machine.SetLinks(default, [Link]);
        machine.Serve(default, 8008);
        return machine;
    }

    private static Moment At(TimeSpan now) => new(now, DateTimeOffset.UnixEpoch);

    private void Receive(DiscoveryMachine machine, TimeSpan now, byte[] probe)
    {
        machine.Receive(At(now), Link, Stranger, probe);
        Perform(machine, now);
    }

    // What is held is looked up as the runner does it; nothing is sent.
    private void Perform(DiscoveryMachine machine, TimeSpan now)
    {
        while (machine.TakeEffects() is { Count: > 0 } effects)
        {
            foreach (DiscoveryEffect effect in effects)
            {
                if (effect is DiscoveryEffect.LookUp { Probe: var probe })
                {
                    machine.Held(At(now), probe, [.. probe.Probe.Segments.Select(id => id == _held?.Id ? _held : null)]);
                }
            }
        }
    }

    private static byte[] Probe(SegmentId id, string name) =>
        new Probe { MessageId = name, Version = PeerContentVersion.V1, Segments = [id] }.Write();
}
