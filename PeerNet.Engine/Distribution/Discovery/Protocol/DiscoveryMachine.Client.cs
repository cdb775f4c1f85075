using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <content>The client role (MS-PCCRD 3.1).</content>
internal sealed partial class DiscoveryMachine
{
    // SOAP-over-UDP 3: UDP_MIN_DELAY; the spread on top of it keeps the repetitions of several clients apart.
    private static readonly TimeSpan RepeatDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RepeatSpread = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<string, OutstandingProbe> _probes = [];

    // Probes that have ended, whose answers may still be on their way.
    private readonly RecentEntries<string, OutstandingProbe> _ended;

    /// <summary>Sends probes to all links (MS-PCCRD 3.1.6.1).</summary>
    /// <param name="batches">The ids of each probe, as <see cref="ProbeBatches"/> makes them.</param>
    /// <param name="version">The form of the probes.</param>
    /// <param name="search">Told of what is found.</param>
    /// <param name="now">The time.</param>
    public void Start(
        IReadOnlyList<SegmentId[]> batches, PeerContentVersion version, DiscoverySearch search, TimeSpan now)
    {
        foreach (SegmentId[] ids in batches)
        {
            var probe = new OutstandingProbe(search, NewUuid(), version, ids);
            _probes.Add(probe.MessageId, probe);
            search.Probes.Add(probe);
            _probesSent++;
            byte[] message = new Probe { MessageId = probe.MessageId, Version = version, Segments = ids }.Write();
            SendToAll(message);
            Repeat(probe, message, _options.ProbeRepeats, now);
            _timers.Enqueue(then => End(probe, then), now + _options.RequestTimer);
        }

        if (batches.Count == 0)
        {
            search.Complete();
        }
    }

    /// <summary>Awaits no more answers for a search. It is not told.</summary>
    public void Cancel(DiscoverySearch search, TimeSpan now)
    {
        foreach (OutstandingProbe probe in search.Probes)
        {
            _probes.Remove(probe.MessageId);
            NoteReplies(probe, areAll: false, now);
        }

        search.Probes.Clear();
    }

    private void Repeat(OutstandingProbe probe, byte[] message, int times, TimeSpan now)
    {
        if (times == 0)
        {
            return;
        }

        TimeSpan delay = RepeatDelay + _random.NextTimeSpan(RepeatSpread);
        _timers.Enqueue(
            then =>
            {
                if (_probes.ContainsKey(probe.MessageId))
                {
                    SendToAll(message);
                    Repeat(probe, message, times - 1, then);
                }
            },
            now + delay);
    }

    // MS-PCCRD 3.1.5
    private void End(OutstandingProbe probe, TimeSpan now)
    {
        if (!_probes.Remove(probe.MessageId))
        {
            return;
        }

        _ended.Set(probe.MessageId, probe, now);
        NoteReplies(probe, areAll: true, now);
        probe.Search.Probes.Remove(probe);
        if (probe.Search.Probes.Count == 0)
        {
            probe.Search.Complete();
        }
    }

    private void NoteReplies(OutstandingProbe probe, bool areAll, TimeSpan now)
    {
        foreach (SegmentId id in probe.Segments)
        {
            _suppression.Note(id, probe.GetTally(id), areAll, now);
        }
    }

    // MS-PCCRD 3.1.4.1
    private void ReceiveAnswer(MulticastPlace link, IPEndPoint source, ProbeMatches answer, TimeSpan now)
    {
        if (!_probes.TryGetValue(answer.RelatesTo, out OutstandingProbe? probe)
            && !_ended.TryGet(answer.RelatesTo, now, out probe))
        {
            Drop(DiscoveryDropReason.NotAsked);
            return;
        }

        foreach (ProbeMatch match in answer.Matches)
        {
            if (Judge(probe, link, source, match) is { } reason)
            {
                Drop(reason);
            }
        }
    }

    private DiscoveryDropReason? Judge(OutstandingProbe probe, MulticastPlace link, IPEndPoint source, ProbeMatch match)
    {
        bool isV2 = probe.Version == PeerContentVersion.V2;
        if (match.Version != probe.Version)
        {
            return DiscoveryDropReason.NotAsked;
        }

        if (isV2 && match.Availability.Count < probe.Segments.Count)
        {
            return DiscoveryDropReason.Malformed;
        }

        Dictionary<SegmentId, uint> held = isV2 ? HeldV2(probe, match) : HeldV1(probe, match);
        if (held.Count == 0)
        {
            return DiscoveryDropReason.NotAsked;
        }

        if (link.Choose(match.XAddrs, source.Address) is not { } endpoint)
        {
            return DiscoveryDropReason.OffLink;
        }

        if (probe.Knows(match.Address, endpoint))
        {
            return DiscoveryDropReason.Duplicate;
        }

        if (!probe.TryAdd(match.Address, endpoint, source.Address, _options))
        {
            return DiscoveryDropReason.Limit;
        }

        foreach ((SegmentId id, uint blocks) in held)
        {
            probe.Tally(id, blocks, _options.SuppressionReplies);
        }

        _peersFound++;
        probe.Search.Found(new(endpoint, [.. held.Keys]));
        return null;
    }

    private static Dictionary<SegmentId, uint> HeldV1(OutstandingProbe probe, ProbeMatch match)
    {
        var held = new Dictionary<SegmentId, uint>();
        foreach (SegmentBlockCount segment in match.Segments)
        {
            if (segment.BlockCount > 0 && probe.Wants(segment.Id))
            {
                held[segment.Id] = segment.BlockCount;
            }
        }

        return held;
    }

    private static Dictionary<SegmentId, uint> HeldV2(OutstandingProbe probe, ProbeMatch match)
    {
        var held = new Dictionary<SegmentId, uint>();
        for (int i = 0; i < probe.Segments.Count; i++)
        {
            if (match.Availability[i] != SegmentAvailability.None)
            {
                held[probe.Segments[i]] = match.Availability[i] == SegmentAvailability.Complete ? ReplyTally.Everything : 0;
            }
        }

        return held;
    }
}
