using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <content>The server role (MS-PCCRD 3.2).</content>
internal sealed partial class DiscoveryMachine
{
    private const int LastPortOfServices = 1023;

    private static readonly TimeSpan MinimumBackoff = TimeSpan.FromMilliseconds(1);

    // The probes whose answers wait for their back-off. Nothing else is remembered of a probe: one that is repeated is
    // answered again, because the first answer may be lost, or was not sent for want of a turn.
    private readonly HashSet<string> _waiting = [];

    // MS-PCCRD 3.2.4.1
    private void ReceiveProbe(MulticastPlace link, IPEndPoint source, Probe probe, TimeSpan now)
    {
        if (Judge(link, source, probe, now, out HashSet<SegmentId> offered) is { } reason)
        {
            Drop(reason);
            return;
        }

        TimeSpan backoff = MinimumBackoff + _random.NextTimeSpan(_options.MaximumBackoff - MinimumBackoff);
        _waiting.Add(probe.MessageId);
        _timers.Enqueue(
            _ =>
            {
                _waiting.Remove(probe.MessageId);
                Answer(link, source, probe, offered);
            },
            now + backoff);
    }

    private DiscoveryDropReason? Judge(
        MulticastPlace link, IPEndPoint source, Probe probe, TimeSpan now, out HashSet<SegmentId> offered)
    {
        offered = [];
        if (!IsServing || _retrievalPort() == 0 || link.Published.Count == 0)
        {
            return DiscoveryDropReason.NotServing;
        }

        if (_probes.ContainsKey(probe.MessageId))
        {
            return DiscoveryDropReason.Own;
        }

        if (source.Port <= LastPortOfServices)
        {
            return DiscoveryDropReason.SourcePort;
        }

        SegmentHolding[] held = [.. probe.Segments.Distinct().Select(Find).OfType<SegmentHolding>()];
        if (held.Length == 0)
        {
            return DiscoveryDropReason.NotHeld;
        }

        if (_waiting.Contains(probe.MessageId))
        {
            return DiscoveryDropReason.Duplicate;
        }

        offered =
        [
            .. held.Where(holding => !_suppression.Silences(holding, probe.MessageId, now)).Select(holding => holding.Id),
        ];
        if (offered.Count == 0)
        {
            return DiscoveryDropReason.Suppressed;
        }

        return _waiting.Count < _options.MaximumAnswers && _answers.TryTake(AddressBlock.OfNeighbor(source.Address), now)
            ? null
            : DiscoveryDropReason.Limit;
    }

    private SegmentHolding? Find(SegmentId id) =>
        _segments.Find(id) is { Blocks.Count: > 0 } holding ? holding : null;

    // What is held is looked up again: it is what can be had now that counts.
    private void Answer(MulticastPlace link, IPEndPoint source, Probe probe, HashSet<SegmentId> offered)
    {
        int port = _retrievalPort();
        SegmentHolding?[] held = [.. probe.Segments.Select(id => offered.Contains(id) ? Find(id) : null)];
        if (!IsServing || port == 0 || !Links.Contains(link) || Array.TrueForAll(held, holding => holding is null))
        {
            return;
        }

        var match = new ProbeMatch
        {
            Address = _address,
            Version = probe.Version,
            XAddrs = [.. link.Published.Select(address => new IPEndPoint(address, port))],
        };
        _answersSent++;
        var answer = new ProbeMatches
        {
            MessageId = NewUuid(),
            RelatesTo = probe.MessageId,
            Sequence = new(_instanceId, (uint)_answersSent),
            Matches = [probe.Version == PeerContentVersion.V1 ? DescribeV1(match, held) : DescribeV2(match, held)],
        };
        SendTo(link, source, answer.Write());
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
