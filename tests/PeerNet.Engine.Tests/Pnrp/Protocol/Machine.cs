using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>A machine under test: fed with datagrams by hand, and everything it does written down.</summary>
internal sealed class Machine : IDisposable
{
    public static readonly PnrpEndpoint Local = EndpointOf(1);

    private readonly List<PeerPrivateKey> _keys = [];
    private readonly List<Sent> _outbox = [];
    private readonly List<(int Resolve, CertifiedName Name, IReadOnlyList<ResolveHop> Path)> _found = [];
    private readonly List<PeerCloudState> _states = [];
    private readonly List<DiscoveryStep> _steps = [];
    private readonly List<PnrpId> _lifetimesOver = [];
    private readonly List<PeerRegistrationState> _registrations = [];
    private readonly List<(PnrpEndpoint Endpoint, bool Answered)> _synchronized = [];
    private readonly List<SplitVerdict> _verdicts = [];
    private readonly List<(PnrpId Own, CertifiedName Other)> _elsewhere = [];
    private readonly List<(int Resolve, ResolveTally Tally)> _tallies = [];
    private uint _messageId = 1000;
    private bool _hasLeft;

    public Machine(PeerSuite suite = PeerSuite.Modern, bool open = true, params PnrpEndpoint[] shared)
    {
        Suite = SuiteAlgorithms.For(suite);
        Pnrp = new PnrpMachine(Suite, new SeededRandom(7));
        if (open)
        {
            Pnrp.Open(Now, new OwnAddresses([.. shared, Local]));
        }
    }

    public SuiteAlgorithms Suite { get; }

    public PnrpMachine Pnrp { get; }

    public Moment Now { get; private set; } = new(TimeSpan.Zero, new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Datagrams sent and not yet taken.</summary>
    public List<Sent> Outbox => Noted(_outbox);

    public List<(int Resolve, CertifiedName Name, IReadOnlyList<ResolveHop> Path)> Found => Noted(_found);

    public IReadOnlyList<(int Resolve, bool Lossy)> Ended => [.. Noted(_tallies).Select(ended => (ended.Resolve, ended.Tally.IsLossy))];

    public IReadOnlyList<ResolveTally> Tallies => [.. Noted(_tallies).Select(ended => ended.Tally)];

    public List<PeerCloudState> States => Noted(_states);

    public List<PnrpId> LifetimesOver => Noted(_lifetimesOver);

    public bool HasLeft
    {
        get
        {
            Noted(_outbox);
            return _hasLeft;
        }
    }

    public List<DiscoveryStep> Steps => Noted(_steps);

    public List<PeerRegistrationState> Registrations => Noted(_registrations);

    public List<(PnrpEndpoint Endpoint, bool Answered)> Synchronized => Noted(_synchronized);

    public List<SplitVerdict> Verdicts => Noted(_verdicts);

    public List<(PnrpId Own, CertifiedName Other)> Elsewhere => Noted(_elsewhere);

    public static PnrpEndpoint EndpointOf(int host) => new(new Bits128(0x2001_0db8_0000_0000, (ulong)host), 3540);

    public static PnrpId IdAt(double turns, ulong low = 1) =>
        new(new Bits128((ulong)(turns * ulong.MaxValue), 0), new Bits128(0, low));

    public long Dropped(PnrpDropReason reason) =>
        Pnrp.GetStatistics().Dropped.GetValueOrDefault(reason.ToString());

    public PeerPrivateKey NewKey()
    {
        var key = PeerPrivateKey.Generate(Suite.Suite);
        _keys.Add(key);
        return key;
    }

    /// <summary>An unsecured name, or with <paramref name="secure"/> one of its key.</summary>
    public LocalName NewName(string classifier, bool secure = false, ulong suffix = 5, PeerPrivateKey? key = null)
    {
        key ??= NewKey();
        string authority = "0";
        if (secure)
        {
            authority = Convert.ToHexStringLower(key.PublicKey.AuthorityHash);
        }

        Assert.True(PeerName.TryParse($"{authority}.{classifier}", out PeerName? name));
        return new LocalName(
            key, name, 1, suffix, new LocalNamePayload { Endpoints = [new PeerAppEndpoint(IPAddress.IPv6Loopback, 80)] });
    }

    /// <summary>Registers names until one lies on a stretch of the circle; unsecured names lie where their hash does.</summary>
    public LocalName NewNameBetween(PnrpId low, PnrpId high)
    {
        PeerPrivateKey key = NewKey();
        for (int i = 0; ; i++)
        {
            Assert.True(PeerName.TryParse($"0.{i}", out PeerName? name));
            PnrpId id = PnrpIds.Create(Suite, name, 1, 5);
            if (id > low && id < high)
            {
                return NewName($"{i}", key: key);
            }
        }
    }

    public void Advance(TimeSpan time)
    {
        TimeSpan end = Now.Elapsed + time;
        while (Pnrp.NextDue <= end)
        {
            MoveTo(Pnrp.NextDue > Now.Elapsed ? Pnrp.NextDue : Now.Elapsed);
            Pnrp.Advance(Now);
        }

        MoveTo(end);
    }

    /// <summary>Lets time pass in which the machine is not called.</summary>
    public void Sleep(TimeSpan time) => MoveTo(Now.Elapsed + time);

    public uint Receive<TMessage>(PnrpEndpoint source, scoped in TMessage message)
        where TMessage : IPnrpMessage<TMessage>, allows ref struct
    {
        Span<byte> datagram = stackalloc byte[2048];
        int length = PnrpDatagram.Write(datagram, Suite, ++_messageId, message);
        Pnrp.Receive(Now, source, datagram[..length]);
        return _messageId;
    }

    /// <summary>Answers an INQUIRE or LOOKUP of the machine.</summary>
    public void Answer(Sent question, AuthorityFlags flags = AuthorityFlags.None, RouteEntry? route = null) =>
        Answer(question, question.Destination, Bytes(new AuthorityBuffer { Flags = flags, RouteEntry = route }));

    public void Answer(Sent question, PnrpEndpoint source, byte[] buffer)
    {
        var fragments = new AuthorityFragments(Suite, ++_messageId, question.MessageId, buffer);
        Span<byte> datagram = stackalloc byte[2048];
        for (int i = 0; i < fragments.Count; i++)
        {
            int length = fragments.Write(i, datagram);
            Pnrp.Receive(Now, source, datagram[..length]);
        }
    }

    /// <summary>Answers an INQUIRE as the publisher of a name would.</summary>
    public void AnswerAsPublisher(Sent question, Peer peer)
    {
        var reader = question.Read();
        Assert.True(InquireMessage.TryRead(ref reader, Suite, out InquireMessage inquire));
        Answer(question, question.Destination, peer.Name.BuildAuthority(
            inquire.Flags, inquire.Nonce ?? default, Now.Utc, peer.Entry));
    }

    /// <summary>Lets the machine learn of a peer, leaf set and all.</summary>
    public void Learn(Peer peer)
    {
        Receive(peer.Endpoint, new FloodMessage { DoNotAcknowledge = true, RouteEntry = peer.Entry });
        AnswerAsPublisher(Take(PnrpMessageType.Inquire), peer);
        Assert.Contains(Pnrp.GetCache(), entry => entry.PnrpId == peer.Entry.Id);
        AcknowledgeFloods();
    }

    /// <summary>Lets the machine learn of a node without a key, which only a cache outside leaf sets takes.</summary>
    public void Learn(RouteEntry entry)
    {
        Receive(entry.GetEndpoint(0), new FloodMessage { DoNotAcknowledge = true, RouteEntry = entry });
        Answer(Take(PnrpMessageType.Inquire));
        Assert.Contains(Pnrp.GetCache(), cached => cached.PnrpId == entry.Id);
    }

    public void AcknowledgeFloods()
    {
        foreach (Sent flood in TakeAll(PnrpMessageType.Flood))
        {
            Receive(flood.Destination, new AckMessage { AckedMessageId = flood.MessageId });
        }
    }

    public static Peer PeerAt(int host, LocalName name) =>
        new(EndpointOf(host), name, new RouteEntry(name.Id, 3540, [EndpointOf(host).Address]));

    public Peer NewPeer(int host, string? classifier = null, bool secure = false) =>
        PeerAt(host, NewName(classifier ?? $"peer {host}", secure));

    public static RouteEntry Route(int host, PnrpId id) => new(id, 3540, [EndpointOf(host).Address]);

    public Sent Take(PnrpMessageType type)
    {
        int index = Outbox.FindIndex(sent => sent.Type == type);
        Assert.True(index >= 0, $"No {type} was sent.");
        Sent found = Outbox[index];
        Outbox.RemoveAt(index);
        return found;
    }

    public List<Sent> TakeAll(PnrpMessageType type)
    {
        List<Sent> found = Outbox.FindAll(sent => sent.Type == type);
        Outbox.RemoveAll(sent => sent.Type == type);
        return found;
    }

    public byte[] Bytes(scoped in AuthorityBuffer buffer)
    {
        byte[] bytes = new byte[buffer.WireLength];
        var writer = new WireWriter(bytes);
        buffer.Write(ref writer, Suite);
        return bytes;
    }

    public void Dispose() => _keys.ForEach(key => key.Dispose());

    /// <summary>Writes down what the machine wants.</summary>
    private void Note(in PnrpEffect effect)
    {
        switch (effect.News)
        {
            case null:
                _outbox.Add(new Sent(effect.Destination, effect.Datagram.ToArray(), Suite));
                break;
            case PnrpNews.ResolveFound found:
                _found.Add((found.Resolve, found.Name, found.Path));
                break;
            case PnrpNews.ResolveEnded ended:
                _tallies.Add((ended.Resolve, ended.Tally));
                break;
            case PnrpNews.StateChanged changed:
                _states.Add(changed.State);
                break;
            case PnrpNews.RegistrationChanged changed:
                _registrations.Add(changed.State);
                break;
            case PnrpNews.NameElsewhere elsewhere:
                _elsewhere.Add((elsewhere.LocalId, elsewhere.Other));
                break;
            case PnrpNews.LifetimeOver over:
                _lifetimesOver.Add(over.Id);
                break;
            case PnrpNews.Left:
                _hasLeft = true;
                break;
            case PnrpNews.SplitTested tested:
                _verdicts.Add(tested.Verdict);
                break;
            case PnrpNews.SynchronizeEnded ended:
                _synchronized.Add((ended.Endpoint, ended.IsAnswered));
                break;
            case PnrpNews.Discover discover:
                _steps.Add(discover.Step);
                break;
        }
    }

    private List<T> Noted<T>(List<T> notes)
    {
        foreach (PnrpEffect effect in Pnrp.TakeEffects())
        {
            Note(effect);
        }

        return notes;
    }

    private void MoveTo(TimeSpan elapsed) => Now = new Moment(elapsed, Now.Utc + (elapsed - Now.Elapsed));

    /// <summary>A datagram that the machine sent.</summary>
    public sealed record Sent(PnrpEndpoint Destination, byte[] Datagram, SuiteAlgorithms Suite)
    {
        public PnrpMessageType Type => Header.Type;

        public uint MessageId => Header.MessageId;

        private PnrpHeader Header
        {
            get
            {
                var reader = new WireReader(Datagram);
                Assert.Equal(PnrpHeaderStatus.Ok, PnrpHeader.TryRead(ref reader, Suite, out PnrpHeader header));
                return header;
            }
        }

        /// <summary>A reader behind the header.</summary>
        public WireReader Read()
        {
            var reader = new WireReader(Datagram);
            reader.TrySkip(PnrpHeader.Length);
            return reader;
        }

        public LookupMessage AsLookup()
        {
            WireReader reader = Read();
            Assert.True(LookupMessage.TryRead(ref reader, Suite, out LookupMessage message));
            return message;
        }

        public FloodMessage AsFlood()
        {
            WireReader reader = Read();
            Assert.True(FloodMessage.TryRead(ref reader, Suite, out FloodMessage message));
            return message;
        }

        public AckMessage AsAck()
        {
            WireReader reader = Read();
            Assert.True(AckMessage.TryRead(ref reader, Suite, out AckMessage message));
            return message;
        }

        public AdvertiseMessage AsAdvertise()
        {
            WireReader reader = Read();
            Assert.True(AdvertiseMessage.TryRead(ref reader, Suite, out AdvertiseMessage message));
            return message;
        }

        public RequestMessage AsRequest()
        {
            WireReader reader = Read();
            Assert.True(RequestMessage.TryRead(ref reader, Suite, out RequestMessage message));
            return message;
        }

        public InquireMessage AsInquire()
        {
            WireReader reader = Read();
            Assert.True(InquireMessage.TryRead(ref reader, Suite, out InquireMessage message));
            return message;
        }

        public SolicitMessage AsSolicit()
        {
            WireReader reader = Read();
            Assert.True(SolicitMessage.TryRead(ref reader, Suite, out SolicitMessage message));
            return message;
        }

        /// <summary>The buffer of an AUTHORITY that is not fragmented.</summary>
        public AuthorityBuffer AsAuthority(out uint acked)
        {
            WireReader reader = Read();
            Assert.True(AuthorityMessage.TryRead(ref reader, Suite, out AuthorityMessage message));
            Assert.True(message.IsWhole);
            acked = message.AckedMessageId;
            var inner = new WireReader(message.Buffer);
            Assert.True(AuthorityBuffer.TryRead(ref inner, Suite, out AuthorityBuffer buffer));
            return buffer;
        }
    }

    /// <summary>Another node with one name.</summary>
    public sealed record Peer(PnrpEndpoint Endpoint, LocalName Name, RouteEntry Entry);
}
