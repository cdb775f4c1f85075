using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>The client role (MS-PCCRD 3.1): searches, each of some probes at a time, and the answers to them.</summary>
/// <param name="context">What it shares with the other role.</param>
internal sealed class PeerSearches(DiscoveryContext context)
{
    // SOAP-over-UDP 3: UDP_MIN_DELAY; the spread on top of it keeps the repetitions of several clients apart.
    private static readonly TimeSpan RepeatDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RepeatSpread = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<int, DiscoverySearch> _searches = [];
    private readonly Queue<DiscoverySearch> _waiting = new();
    private readonly Dictionary<string, OutstandingProbe> _probes = [];

    // Probes that have ended, whose answers may still be on their way.
    private readonly RecentEntries<string, OutstandingProbe> _ended =
        new(DiscoveryLimits.Searches * DiscoveryLimits.ProbesPerSearch, DiscoveryLimits.LateAnswers);

    private int _running;
    private int _lastSearch;

    /// <summary>Probes that wait for answers.</summary>
    public int Outstanding => _probes.Count;

    /// <summary>Whether a probe is one of these, and waits for answers.</summary>
    public bool Knows(string messageId) => _probes.ContainsKey(messageId);

    /// <summary>Begins a search, when it has its turn (MS-PCCRD 3.1.6.1).</summary>
    public int Start(Moment now, IReadOnlyList<SegmentId> ids, PeerContentVersion version)
    {
        var search = new DiscoverySearch(++_lastSearch, version, ids);
        if (search.Rest.Count == 0)
        {
            context.Effects.Add(new DiscoveryEffect.Ended(search.Id));
            return search.Id;
        }

        _searches.Add(search.Id, search);
        _waiting.Enqueue(search);
        GiveTurns(now);
        return search.Id;
    }

    /// <summary>Awaits no more answers for a search.</summary>
    public void Cancel(Moment now, int id)
    {
        if (!_searches.Remove(id, out DiscoverySearch? search))
        {
            return;
        }

        _running -= search.Probes.Count > 0 ? 1 : 0;
        foreach (OutstandingProbe probe in search.Probes)
        {
            Remove(probe.MessageId);
            NoteReplies(now, probe, areAll: false);
        }

        search.Probes.Clear();
        GiveTurns(now);
    }

    /// <summary>Ends all searches.</summary>
    public void EndAll(Moment now)
    {
        _waiting.Clear();
        foreach (int id in _searches.Keys.ToArray())
        {
            Cancel(now, id);
            context.Effects.Add(new DiscoveryEffect.Ended(id));
        }
    }

    /// <summary>Sends a probe once more.</summary>
    public void Repeat(Moment now, string messageId)
    {
        if (_probes.TryGetValue(messageId, out OutstandingProbe? probe))
        {
            context.SendToAll(probe.Message);
            SetRepeat(now, probe);
        }
    }

    /// <summary>The request timer of a probe has run out (MS-PCCRD 3.1.5).</summary>
    public void RunOut(Moment now, string messageId)
    {
        if (Remove(messageId) is not { } probe)
        {
            return;
        }

        _ended.Set(messageId, probe, now.Elapsed);
        NoteReplies(now, probe, areAll: true);
        DiscoverySearch search = probe.Search;
        search.Probes.Remove(probe);
        if (search.Probes.Count > 0)
        {
            return;
        }

        _running--;
        if (search.Rest.Count > 0)
        {
            _waiting.Enqueue(search);
        }
        else
        {
            _searches.Remove(search.Id);
            context.Effects.Add(new DiscoveryEffect.Ended(search.Id));
        }

        GiveTurns(now);
    }

    /// <summary>Takes an answer (MS-PCCRD 3.1.4.1).</summary>
    /// <returns>Why all of it was dropped; null where it was not.</returns>
    public DiscoveryCounter? Receive(Moment now, MulticastPlace link, IPEndPoint source, ProbeMatches answer)
    {
        if (!_probes.TryGetValue(answer.RelatesTo, out OutstandingProbe? probe)
            && !_ended.TryGet(answer.RelatesTo, now.Elapsed, out probe))
        {
            return DiscoveryCounter.DroppedNotAsked;
        }

        foreach (ProbeMatch match in answer.Matches)
        {
            if (Judge(probe, link, source, match) is { } reason)
            {
                context.Counters.Add(reason);
            }
        }

        return null;
    }

    private void GiveTurns(Moment now)
    {
        while (_running < DiscoveryLimits.Searches && _waiting.TryDequeue(out DiscoverySearch? search))
        {
            if (_searches.ContainsKey(search.Id))
            {
                _running++;
                Ask(now, search);
            }
        }
    }

    private void Ask(Moment now, DiscoverySearch search)
    {
        while (search.Probes.Count < DiscoveryLimits.ProbesPerSearch && search.Rest.TryDequeue(out SegmentId[]? ids))
        {
            var probe = new OutstandingProbe(search, context.NewUuid(), ids, context.Limits);
            _probes.Add(probe.MessageId, probe);
            search.Probes.Add(probe);
            context.Counters.Add(DiscoveryCounter.Probes);
            context.SendToAll(probe.Message);
            SetRepeat(now, probe);
            context.Timers.Set(new(DiscoveryTimerKind.Request, probe.MessageId), now.Elapsed + context.Limits.RequestTimer);
        }
    }

    private void SetRepeat(Moment now, OutstandingProbe probe)
    {
        if (probe.TryRepeat())
        {
            context.Timers.Set(
                new(DiscoveryTimerKind.Repeat, probe.MessageId),
                now.Elapsed + RepeatDelay + context.Random.NextTimeSpan(RepeatSpread));
        }
    }

    private OutstandingProbe? Remove(string messageId)
    {
        context.Timers.Cancel(new(DiscoveryTimerKind.Repeat, messageId));
        context.Timers.Cancel(new(DiscoveryTimerKind.Request, messageId));
        return _probes.Remove(messageId, out OutstandingProbe? probe) ? probe : null;
    }

    private void NoteReplies(Moment now, OutstandingProbe probe, bool areAll)
    {
        foreach (SegmentId id in probe.Segments)
        {
            context.Suppression.Note(now.Elapsed, id, probe.GetTally(id), areAll);
        }
    }

    private DiscoveryCounter? Judge(OutstandingProbe probe, MulticastPlace link, IPEndPoint source, ProbeMatch match)
    {
        bool isV2 = probe.Version == PeerContentVersion.V2;
        if (match.Version != probe.Version)
        {
            return DiscoveryCounter.DroppedNotAsked;
        }

        if (isV2 && match.Availability.Count < probe.Segments.Count)
        {
            return DiscoveryCounter.DroppedMalformed;
        }

        Dictionary<SegmentId, uint> held = isV2 ? HeldV2(probe, match) : HeldV1(probe, match);
        if (held.Count == 0)
        {
            return DiscoveryCounter.DroppedNotAsked;
        }

        if (link.Choose(match.XAddrs, source.Address) is not { } endpoint)
        {
            return DiscoveryCounter.DroppedOffLink;
        }

        if (probe.Knows(match.Address, endpoint))
        {
            return DiscoveryCounter.DroppedDuplicate;
        }

        if (!probe.TryAdd(match.Address, endpoint, source.Address))
        {
            return DiscoveryCounter.DroppedLimit;
        }

        Tell(probe, endpoint, held);
        return null;
    }

    private void Tell(OutstandingProbe probe, IPEndPoint endpoint, Dictionary<SegmentId, uint> held)
    {
        foreach ((SegmentId id, uint blocks) in held)
        {
            probe.Tally(id, blocks);
        }

        context.Counters.Add(DiscoveryCounter.PeersFound);
        context.Effects.Add(new DiscoveryEffect.Found(probe.Search.Id, new(endpoint, [.. held.Keys])));
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

/// <summary>A search: probes that wait for answers, and those that are still to be sent.</summary>
/// <param name="id">What it is told of by.</param>
/// <param name="version">The form of the probes.</param>
/// <param name="ids">The segments.</param>
internal sealed class DiscoverySearch(int id, PeerContentVersion version, IEnumerable<SegmentId> ids)
{
    public int Id => id;

    public PeerContentVersion Version => version;

    /// <summary>The ids of each probe that is still to be sent.</summary>
    public Queue<SegmentId[]> Rest { get; } = new(Divide(ids, version));

    /// <summary>The probes that wait.</summary>
    public List<OutstandingProbe> Probes { get; } = [];

    /// <summary>The ids of each probe: each id once, ids of one length together, as many as fit.</summary>
    public static IEnumerable<SegmentId[]> Divide(IEnumerable<SegmentId> ids, PeerContentVersion version) => ids
        .Where(id => id != default)
        .Distinct()
        .GroupBy(id => id.Bytes.Length)
        .SelectMany(group => group.Chunk(Probe.CapacityFor(version, group.Key)));
}
