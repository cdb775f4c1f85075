using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Protocol;
using PeerNet.Engine.NameService.Protocol.Messages;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.NameService.Protocol;

/// <summary>The machine, a clock, and what it wants done.</summary>
internal sealed class LoneServer
{
    public static readonly QuestionSource Here = From("127.0.0.1");
    public static readonly QuestionSource Elsewhere = From("192.0.2.7");

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly List<NameSearch> _searches = [];
    private readonly List<(QuestionSource To, DnsReply Reply)> _replies = [];
    private TimeSpan _elapsed = TimeSpan.FromHours(1);

    public NameServerMachine Machine { get; } = new(new SeededRandom(1));

    public Moment Now => new(_elapsed, Start + _elapsed);

    /// <summary>Searches that the machine wants, and that have not been answered.</summary>
    public IReadOnlyList<NameSearch> Searches => _searches;

    /// <summary>Connections that are to be closed.</summary>
    public List<int> Closed { get; } = [];

    public static QuestionSource From(string address, int stream = 0) =>
        new(DatagramAddress.From(new(IPAddress.Parse(address), 40000)), stream);

    /// <summary>A registration with an address and a port.</summary>
    public static FoundName Registration(params string[] endpoints) => new(
        [.. endpoints.Select(text => IPEndPoint.Parse(text)).Select(end => new PeerAppEndpoint(end.Address, end.Port))],
        Comment: "",
        IsVerified: false,
        Expires: null,
        IsOfThisMachine: false);

    /// <summary>Asks.</summary>
    /// <returns>The answer; null where there is none yet.</returns>
    public DnsReply? Ask(string name, DnsType type = DnsType.A, QuestionSource? source = null, int datagram = 1232, byte[]? cookie = null)
    {
        Send(DnsQuestion.Write(name, type, datagram, cookie), source ?? Here);
        return TakeReplies().SingleOrDefault().Reply;
    }

    /// <summary>Asks for a name that is found at once.</summary>
    public DnsReply AskFound(string name, DnsType type, params FoundName[] found)
    {
        Assert.Null(Ask(name, type));
        return Assert.Single(Found(found)).Reply;
    }

    public void Send(byte[] message, QuestionSource source)
    {
        Machine.Receive(Now, source, message);
        Take();
    }

    /// <summary>The oldest search has found something.</summary>
    public IReadOnlyList<(QuestionSource To, DnsReply Reply)> Found(params FoundName[] found) => End(new(found));

    /// <summary>The oldest search has found out that nobody has the name.</summary>
    public IReadOnlyList<(QuestionSource To, DnsReply Reply)> Nobody() => End(new([]));

    /// <summary>The oldest search could ask nobody.</summary>
    public IReadOnlyList<(QuestionSource To, DnsReply Reply)> Failed(string why) => End(new([], why));

    /// <summary>Time passes; what is due is done when it is.</summary>
    public IReadOnlyList<(QuestionSource To, DnsReply Reply)> Pass(double seconds)
    {
        TimeSpan end = _elapsed + TimeSpan.FromSeconds(seconds);
        while (Machine.NextDue <= end)
        {
            _elapsed = Machine.NextDue;
            Machine.Advance(Now);
            Take();
        }

        _elapsed = end;
        return TakeReplies();
    }

    public IReadOnlyList<(QuestionSource To, DnsReply Reply)> TakeReplies()
    {
        (QuestionSource To, DnsReply Reply)[] replies = [.. _replies];
        _replies.Clear();
        return replies;
    }

    private IReadOnlyList<(QuestionSource To, DnsReply Reply)> End(SearchOutcome outcome)
    {
        NameSearch search = _searches[0];
        _searches.RemoveAt(0);
        Machine.Searched(Now, search.Number, outcome);
        Take();
        return TakeReplies();
    }

    private void Take()
    {
        foreach (NameServerEffect effect in Machine.TakeEffects())
        {
            if (effect.Search is { } search)
            {
                _searches.Add(search);
            }
            else if (effect.Answer.IsEmpty)
            {
                Closed.Add(effect.To.Stream);
            }
            else
            {
                _replies.Add((effect.To, new(effect.Answer.Span)));
            }
        }
    }
}
