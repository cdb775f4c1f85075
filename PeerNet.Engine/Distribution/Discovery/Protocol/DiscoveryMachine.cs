using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Transport;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>
/// MS-PCCRD, client and server: messages and time in, messages and found peers out. Nothing in it waits, and it is not
/// made for several threads at once.
/// </summary>
internal sealed class DiscoveryMachine : IMachine<DiscoveryEffect>
{
    private readonly DiscoveryContext _context;
    private readonly FairLimiter _messages;
    private readonly PeerSearches _searches;
    private readonly ProbeAnswers _answers;

    /// <param name="limits">The numbers.</param>
    /// <param name="random">Chance.</param>
    /// <param name="start">When the node was started: its instance id (MS-PCCRD note 6).</param>
    /// <param name="counters">Counts what comes and goes.</param>
    public DiscoveryMachine(
        DiscoveryLimits limits, IRandomSource random, DateTimeOffset start, CounterSet<DiscoveryCounter> counters)
    {
        _context = new(limits, random, counters);
        _messages = new(limits.MessagesPerSecond, limits.MessageBurst, limits.Sources);
        _searches = new(_context);
        _answers = new(_context, start);
    }

    /// <inheritdoc/>
    public TimeSpan NextDue => _context.Timers.NextDue;

    /// <summary>Probes that wait for answers.</summary>
    public int OutstandingProbes => _searches.Outstanding;

    /// <summary>Everything that is kept because of what strangers sent: answers that wait, common segments.</summary>
    public int Remembered => _answers.Waiting + _context.Suppression.Count;

    /// <inheritdoc/>
    public IReadOnlyList<DiscoveryEffect> TakeEffects() => _context.Effects.Take();

    /// <inheritdoc/>
    public void Advance(Moment now)
    {
        while (_context.Timers.TryTake(now.Elapsed, out DiscoveryTimer timer))
        {
            switch (timer.Kind)
            {
                case DiscoveryTimerKind.Repeat:
                    _searches.Repeat(now, timer.MessageId);
                    break;
                case DiscoveryTimerKind.Request:
                    _searches.RunOut(now, timer.MessageId);
                    break;
                default:
                    _answers.EndBackoff(timer.MessageId);
                    break;
            }
        }
    }

    /// <summary>The links are these from now on.</summary>
    public void SetLinks(Moment now, IReadOnlyList<MulticastPlace> links) => _context.Links = links;

    /// <summary>Answers probes, or answers none.</summary>
    /// <param name="now">The time.</param>
    /// <param name="port">The port of the retrieval server; 0 for none.</param>
    public void Serve(Moment now, int port) => _answers.RetrievalPort = port;

    /// <summary>Begins to search for holders of segments (MS-PCCRD 3.1.6.1).</summary>
    /// <returns>By what what is found is told of.</returns>
    public int Search(Moment now, IReadOnlyList<SegmentId> ids, PeerContentVersion version) =>
        _searches.Start(now, ids, version);

    /// <summary>Awaits no more answers for a search. Nothing more is told of it.</summary>
    public void Cancel(Moment now, int search) => _searches.Cancel(now, search);

    /// <summary>Ends all searches, and answers nobody any more.</summary>
    public void Stop(Moment now)
    {
        _answers.RetrievalPort = 0;
        _searches.EndAll(now);
        _context.Links = [];
    }

    /// <summary>What is held of the segments of a probe, in its order: the answer to <see cref="DiscoveryEffect.LookUp"/>.
    /// </summary>
    public void Held(Moment now, ReceivedProbe probe, IReadOnlyList<SegmentHolding?> held) => _answers.Held(now, probe, held);

    /// <summary>Takes a message from a link.</summary>
    public void Receive(Moment now, MulticastPlace link, IPEndPoint source, ReadOnlySpan<byte> message)
    {
        _context.Counters.Add(DiscoveryCounter.MessagesIn);
        if (Judge(now, link, source, message) is { } dropped)
        {
            _context.Counters.Add(dropped);
        }
    }

    // What is null was taken.
    private DiscoveryCounter? Judge(Moment now, MulticastPlace link, IPEndPoint source, ReadOnlySpan<byte> message)
    {
        if (!link.IsOnLink(source.Address))
        {
            return DiscoveryCounter.DroppedOffLink;
        }

        if (!_messages.TryTake(AddressBlock.OfNeighbor(source.Address), now.Elapsed))
        {
            // Before it is read: reading is what costs.
            return DiscoveryCounter.DroppedLimit;
        }

        if (!WsdEnvelope.TryRead(message, out WsdEnvelope? envelope))
        {
            return DiscoveryCounter.DroppedMalformed;
        }

        if (!envelope.NamesTypesOf(PeerDistNames.PeerDist))
        {
            return DiscoveryCounter.DroppedForeign;
        }

        return Probe.TryRead(envelope, out Probe? probe)
            ? _answers.Receive(link, source, probe, isOwn: _searches.Knows(probe.MessageId))
            : ProbeMatches.TryRead(envelope, out ProbeMatches? answer)
                ? _searches.Receive(now, link, source, answer)
                : DiscoveryCounter.DroppedMalformed;
    }
}

/// <summary>What the machine wants done.</summary>
internal abstract record DiscoveryEffect
{
    /// <summary>Send to everybody on a link.</summary>
    internal sealed record SendToGroup(MulticastPlace Link, byte[] Message) : DiscoveryEffect;

    /// <summary>Send to one host of a link.</summary>
    internal sealed record SendTo(MulticastPlace Link, IPEndPoint Destination, byte[] Message) : DiscoveryEffect;

    /// <summary>Look what is held of the segments of a probe, for <see cref="DiscoveryMachine.Held"/>.</summary>
    internal sealed record LookUp(ReceivedProbe Probe) : DiscoveryEffect;

    /// <summary>Tell of a peer; its search may have ended.</summary>
    internal sealed record Found(int Search, FoundPeer Peer) : DiscoveryEffect;

    /// <summary>Tell that the last request timer of a search has run out.</summary>
    internal sealed record Ended(int Search) : DiscoveryEffect;
}

/// <summary>What both roles of the machine share: its links, its timers, chance, what is counted, and what is to be done.
/// </summary>
/// <param name="limits">The numbers.</param>
/// <param name="random">Chance.</param>
/// <param name="counters">Counts.</param>
internal sealed class DiscoveryContext(DiscoveryLimits limits, IRandomSource random, CounterSet<DiscoveryCounter> counters)
{
    public DiscoveryLimits Limits => limits;

    public IRandomSource Random => random;

    public CounterSet<DiscoveryCounter> Counters => counters;

    public Timers<DiscoveryTimer> Timers { get; } = new();

    public EffectList<DiscoveryEffect> Effects { get; } = new();

    public ReplySuppression Suppression { get; } = new(random);

    /// <summary>The links in use.</summary>
    public IReadOnlyList<MulticastPlace> Links { get; set; } = [];

    public void SendTo(MulticastPlace link, IPEndPoint destination, byte[] message)
    {
        counters.Add(DiscoveryCounter.MessagesOut);
        Effects.Add(new DiscoveryEffect.SendTo(link, destination, message));
    }

    public void SendToAll(byte[] message)
    {
        foreach (MulticastPlace link in Links)
        {
            counters.Add(DiscoveryCounter.MessagesOut);
            Effects.Add(new DiscoveryEffect.SendToGroup(link, message));
        }
    }

    public string NewUuid() => WsdUuid.Write(random.NextGuid());
}

/// <summary>What a timer of the machine is for.</summary>
/// <param name="Kind">What.</param>
/// <param name="MessageId">Of which probe.</param>
internal readonly record struct DiscoveryTimer(DiscoveryTimerKind Kind, string MessageId);

internal enum DiscoveryTimerKind
{
    /// <summary>Send a probe again.</summary>
    Repeat,

    /// <summary>The request timer (MS-PCCRD 3.1.2).</summary>
    Request,

    /// <summary>The back-off before an answer (MS-PCCRD 3.2.2).</summary>
    Backoff,
}
