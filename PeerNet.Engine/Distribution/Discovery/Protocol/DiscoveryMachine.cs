using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Transport;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>
/// MS-PCCRD, client and server: messages and time in, messages and found peers out. Nothing in it waits, and it is not
/// made for several threads at once.
/// </summary>
internal sealed partial class DiscoveryMachine
{
    private readonly DiscoveryOptions _options;
    private readonly ISegmentSource _segments;
    private readonly Func<int> _retrievalPort;
    private readonly IDiscoveryEffects _effects;
    private readonly IRandomSource _random;
    private readonly PriorityQueue<Action<TimeSpan>, TimeSpan> _timers = new();
    private readonly FairLimiter _messages;
    private readonly FairLimiter _answers;
    private readonly ReplySuppression _suppression;
    private readonly long[] _dropped = new long[Enum.GetValues<DiscoveryDropReason>().Length];
    private readonly string _address;
    private readonly uint _instanceId;
    private long _messagesIn;
    private long _messagesOut;
    private long _probesSent;
    private long _peersFound;
    private long _answersSent;

    /// <param name="options">The options.</param>
    /// <param name="segments">What this node holds.</param>
    /// <param name="retrievalPort">The port of the retrieval server; 0 while there is none.</param>
    /// <param name="effects">Sends.</param>
    /// <param name="random">Chance.</param>
    /// <param name="start">When the node was started: its instance id (MS-PCCRD note 6).</param>
    public DiscoveryMachine(
        DiscoveryOptions options,
        ISegmentSource segments,
        Func<int> retrievalPort,
        IDiscoveryEffects effects,
        IRandomSource random,
        DateTimeOffset start)
    {
        _options = options;
        _segments = segments;
        _retrievalPort = retrievalPort;
        _effects = effects;
        _random = random;
        _messages = new(options.MessagesPerSecond, options.MessageBurst, options.MaximumSources);
        _answers = new(options.AnswersPerSecond, options.AnswerBurst, options.MaximumSources);
        _suppression = new(options, random);
        _ended = new(options.MaximumProbes, options.LateAnswers);
        _address = NewUuid();
        _instanceId = (uint)start.ToUnixTimeSeconds();
    }

    /// <summary>The links in use.</summary>
    public IReadOnlyList<MulticastPlace> Links { get; set; } = [];

    /// <summary>Whether probes are answered.</summary>
    public bool IsServing { get; set; }

    /// <summary>When <see cref="Tick"/> has something to do; null for never.</summary>
    public TimeSpan? NextDue => _timers.TryPeek(out _, out TimeSpan due) ? due : null;

    /// <summary>Probes that wait for answers.</summary>
    public int OutstandingProbes => _probes.Count;

    /// <summary>Everything that is kept because of what strangers sent: answers that wait, common segments.</summary>
    public int Remembered => _waiting.Count + _suppression.Count;

    public PeerDiscoveryStatistics Statistics => new()
    {
        MessagesIn = _messagesIn,
        MessagesOut = _messagesOut,
        Probes = _probesSent,
        PeersFound = _peersFound,
        Answers = _answersSent,
        Dropped = Enum.GetValues<DiscoveryDropReason>()
            .Where(reason => _dropped[(int)reason] > 0)
            .ToDictionary(reason => reason.ToString(), reason => _dropped[(int)reason]),
    };

    /// <summary>Takes a message from a link.</summary>
    public void Receive(MulticastPlace link, IPEndPoint source, ReadOnlySpan<byte> message, TimeSpan now)
    {
        _messagesIn++;
        if (!link.IsOnLink(source.Address))
        {
            Drop(DiscoveryDropReason.OffLink);
        }
        else if (!_messages.TryTake(AddressBlock.OfNeighbor(source.Address), now))
        {
            // Before it is read: reading is what costs.
            Drop(DiscoveryDropReason.Limit);
        }
        else if (!WsdEnvelope.TryRead(message, out WsdEnvelope? envelope))
        {
            Drop(DiscoveryDropReason.Malformed);
        }
        else if (!envelope.NamesTypesOf(PeerDistNames.PeerDist))
        {
            Drop(DiscoveryDropReason.Foreign);
        }
        else if (Probe.TryRead(envelope, out Probe? probe))
        {
            ReceiveProbe(link, source, probe, now);
        }
        else if (ProbeMatches.TryRead(envelope, out ProbeMatches? answer))
        {
            ReceiveAnswer(link, source, answer, now);
        }
        else
        {
            Drop(DiscoveryDropReason.Malformed);
        }
    }

    /// <summary>Does what has come due.</summary>
    public void Tick(TimeSpan now)
    {
        while (_timers.TryPeek(out Action<TimeSpan>? timer, out TimeSpan due) && due <= now)
        {
            _timers.Dequeue();
            timer(now);
        }
    }

    private void Drop(DiscoveryDropReason reason) => _dropped[(int)reason]++;

    private void SendTo(MulticastPlace link, IPEndPoint destination, byte[] message)
    {
        _messagesOut++;
        _effects.SendTo(link, destination, message);
    }

    private void SendToAll(byte[] message)
    {
        foreach (MulticastPlace link in Links)
        {
            _messagesOut++;
            _effects.SendToGroup(link, message);
        }
    }

    private string NewUuid() => WsdUuid.Write(_random.NextGuid());
}
