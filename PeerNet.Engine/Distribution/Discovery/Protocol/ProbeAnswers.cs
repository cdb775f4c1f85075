using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>The server role (MS-PCCRD 3.2): the answers to others' probes. What is held is looked up twice, when a probe
/// comes and when its back-off has ended: it is what can be had then that counts.</summary>
/// <param name="context">What it shares with the other role.</param>
/// <param name="start">When the node was started: its instance id (MS-PCCRD note 6).</param>
internal sealed class ProbeAnswers(DiscoveryContext context, DateTimeOffset start)
{
    private const int LastPortOfServices = 1023;

    private static readonly TimeSpan MinimumBackoff = TimeSpan.FromMilliseconds(1);

    private readonly FairLimiter _turns =
        new(context.Limits.AnswersPerSecond, context.Limits.AnswerBurst, context.Limits.Sources);

    // The probes whose answers wait for their back-off. Nothing else is remembered of a probe: one that is repeated is
    // answered again, because the first answer may be lost, or was not sent for want of a turn.
    private readonly Dictionary<string, ReceivedProbe> _waiting = [];
    private readonly string _address = context.NewUuid();
    private readonly uint _instanceId = (uint)start.ToUnixTimeSeconds();
    private uint _sent;

    /// <summary>Answers that wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>The port of the retrieval server; 0 while there is none, or while nobody is answered.</summary>
    public int RetrievalPort { get; set; }

    /// <summary>Takes a probe (MS-PCCRD 3.2.4.1).</summary>
    /// <returns>Why it was dropped; null where it was not.</returns>
    public DiscoveryCounter? Receive(MulticastPlace link, IPEndPoint source, Probe probe, bool isOwn)
    {
        if (RetrievalPort == 0 || link.Published.Count == 0)
        {
            return DiscoveryCounter.DroppedNotServing;
        }

        if (isOwn)
        {
            return DiscoveryCounter.DroppedOwn;
        }

        if (source.Port <= LastPortOfServices)
        {
            return DiscoveryCounter.DroppedSourcePort;
        }

        context.Effects.Add(new DiscoveryEffect.LookUp(new(link, source, probe)));
        return null;
    }

    /// <summary>What is held of a probe's segments, in its order.</summary>
    public void Held(Moment now, ReceivedProbe probe, IReadOnlyList<SegmentHolding?> held)
    {
        // A segment of which there is no block is not here.
        SegmentHolding?[] here = [.. held.Select(holding => holding is { Blocks.Count: > 0 } ? holding : null)];
        if (probe.Offered is { } offered)
        {
            Answer(probe, [.. here.Select(holding => holding is not null && offered.Contains(holding.Id) ? holding : null)]);
        }
        else if (Judge(now, probe, here, out HashSet<SegmentId> chosen) is { } reason)
        {
            context.Counters.Add(reason);
        }
        else
        {
            Wait(now, probe with { Offered = chosen });
        }
    }

    /// <summary>The back-off of an answer has ended.</summary>
    public void EndBackoff(string messageId)
    {
        if (_waiting.Remove(messageId, out ReceivedProbe? probe))
        {
            context.Effects.Add(new DiscoveryEffect.LookUp(probe));
        }
    }

    private DiscoveryCounter? Judge(
        Moment now, ReceivedProbe received, SegmentHolding?[] here, out HashSet<SegmentId> offered)
    {
        offered = [];
        string messageId = received.Probe.MessageId;
        if (Array.TrueForAll(here, holding => holding is null))
        {
            return DiscoveryCounter.DroppedNotHeld;
        }

        if (_waiting.ContainsKey(messageId))
        {
            return DiscoveryCounter.DroppedDuplicate;
        }

        offered =
        [
            .. here.OfType<SegmentHolding>()
                .Where(holding => !context.Suppression.Silences(now.Elapsed, holding, messageId))
                .Select(holding => holding.Id),
        ];
        if (offered.Count == 0)
        {
            return DiscoveryCounter.DroppedSuppressed;
        }

        return _waiting.Count < context.Limits.WaitingAnswers
            && _turns.TryTake(AddressBlock.OfNeighbor(received.Source.Address), now.Elapsed)
                ? null
                : DiscoveryCounter.DroppedLimit;
    }

    private void Wait(Moment now, ReceivedProbe probe)
    {
        string messageId = probe.Probe.MessageId;
        _waiting.Add(messageId, probe);
        context.Timers.Set(
            new(DiscoveryTimerKind.Backoff, messageId),
            now.Elapsed + MinimumBackoff + context.Random.NextTimeSpan(DiscoveryLimits.MaximumBackoff - MinimumBackoff));
    }

    private void Answer(ReceivedProbe received, SegmentHolding?[] held)
    {
        if (RetrievalPort == 0 || !context.Links.Contains(received.Link) || Array.TrueForAll(held, holding => holding is null))
        {
            return;
        }

        Probe probe = received.Probe;
        var match = new ProbeMatch
        {
            Address = _address,
            Version = probe.Version,
            XAddrs = [.. received.Link.Published.Select(address => new IPEndPoint(address, RetrievalPort))],
        };
        context.Counters.Add(DiscoveryCounter.Answers);
        var answer = new ProbeMatches
        {
            MessageId = context.NewUuid(),
            RelatesTo = probe.MessageId,
            Sequence = new(_instanceId, ++_sent),
            Matches = [probe.Version == PeerContentVersion.V1 ? DescribeV1(match, held) : DescribeV2(match, held)],
        };
        context.SendTo(received.Link, received.Source, answer.Write());
    }

    // Segments of version 2.0 are offered in this form as well: clients exist that know no other.
    private static ProbeMatch DescribeV1(ProbeMatch match, SegmentHolding?[] held) => match with
    {
        Segments =
        [
            .. held.OfType<SegmentHolding>()
                .DistinctBy(holding => holding.Id)
                .Take(ProbeMatch.CapacityFor(held.OfType<SegmentHolding>().Max(holding => holding.Id.Bytes.Length)))
                .Select(holding => new SegmentBlockCount(holding.Id, (uint)holding.Blocks.Count)),
        ],
    };

    private static ProbeMatch DescribeV2(ProbeMatch match, SegmentHolding?[] held) => match with
    {
        Availability =
        [
            .. held.Select(holding => holding switch
            {
                null => SegmentAvailability.None,
                { IsComplete: true } => SegmentAvailability.Complete,
                _ => SegmentAvailability.Partial,
            }),
        ],
        Ages = new(
        [
            .. held.Index()
                .Where(item => item.Item is not null)
                .Select(item => new SegmentAge((byte)item.Index, item.Item!.Age)),
        ]),
    };
}

/// <summary>Somebody's probe, until it is answered.</summary>
/// <param name="Link">The link that it came by.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Probe">The probe.</param>
internal sealed record ReceivedProbe(MulticastPlace Link, IPEndPoint Source, Probe Probe)
{
    /// <summary>The segments that it is to be answered with; null while that is not decided.</summary>
    public HashSet<SegmentId>? Offered { get; init; }
}
