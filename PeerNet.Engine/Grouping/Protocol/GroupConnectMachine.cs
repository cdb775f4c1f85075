using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping.Protocol.Messages;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>
/// One side of Group Connect on a connection whose TLS handshake is over (MS-PPSEC 3.2, 3.3): who sends what when. What
/// counts as a member is asked for and answered from outside. The side that opened the connection shows its credential
/// first. There are no timers: whoever runs this ends what takes too long.
/// </summary>
/// <param name="isRequestor">Whether this node opened the connection.</param>
/// <param name="credentials">What this node can show.</param>
internal sealed class GroupConnectMachine(bool isRequestor, GroupConnectCredentials credentials)
{
    private readonly List<GroupConnectEffect> _effects = [];
    private State _state = State.Initial;

    private enum State
    {
        /// <summary>Before <see cref="Start"/>.</summary>
        Initial,

        /// <summary>The authenticator waits for the first packet (TLS Connected).</summary>
        TlsConnected,

        /// <summary>The requestor waits for the other side's credential (Hello Sent).</summary>
        HelloSent,

        /// <summary>The authenticator waits for the proof (Hello Sent of 3.3.5.2.4).</summary>
        ProofExpected,

        /// <summary>The requestor waits for its credential (Password Sent).</summary>
        PasswordSent,

        /// <summary>The outside judges a member's credential.</summary>
        JudgingMember,

        /// <summary>The outside judges who may be asked for a credential.</summary>
        JudgingIssuer,

        /// <summary>The outside proves the password.</summary>
        Proving,

        /// <summary>The outside checks a proof.</summary>
        Issuing,

        /// <summary>The outside judges the credential received.</summary>
        Accepting,

        /// <summary>Authentication Complete, or failed: nothing more is taken.</summary>
        Over,
    }

    /// <summary>Takes what is to be done since the last call.</summary>
    public IReadOnlyList<GroupConnectEffect> TakeEffects()
    {
        GroupConnectEffect[] effects = [.. _effects];
        _effects.Clear();
        return effects;
    }

    /// <summary>TLS is up (MS-PPSEC 3.2.7.1, 3.3.7.1).</summary>
    public void Start(Moment now)
    {
        if (_state == State.Over)
        {
            return;
        }

        if (_state != State.Initial)
        {
            Fail(GroupConnectFailure.WrongState);
            return;
        }

        if (!isRequestor)
        {
            _state = credentials.Chain is null ? Fail(GroupConnectFailure.NothingToShow) : State.TlsConnected;
            return;
        }

        if (credentials.Chain is null && !credentials.HasPassword)
        {
            Fail(GroupConnectFailure.NothingToShow);
            return;
        }

        Send(credentials.Chain is null ? Announcement : Introduction);
        _state = State.HelloSent;
    }

    /// <summary>A packet has arrived, without the length before it.</summary>
    public void Receive(Moment now, ReadOnlySpan<byte> bytes)
    {
        if (_state == State.Over)
        {
            return;
        }

        if (!GroupConnectPacket.TryRead(bytes, out GroupConnectPacket packet))
        {
            Fail(GroupConnectFailure.Malformed);
            return;
        }

        _state = (_state, packet) switch
        {
            (State.TlsConnected, { HasHello: true, Body: GroupConnectMessageType.Password }) => TakeAnnouncement(),
            (State.TlsConnected, { HasHello: true }) => Ask(State.JudgingMember, new GroupConnectEffect.Judge(ChainOf(packet))),
            (State.HelloSent, { HasHello: true, Body: not GroupConnectMessageType.Password }) => TakeIntroduction(packet),
            (State.ProofExpected, { Body: GroupConnectMessageType.Password, HasHello: false }) =>
                Ask(State.Issuing, new GroupConnectEffect.Issue(packet.Content)),
            (State.PasswordSent, { Body: GroupConnectMessageType.YourGmc }) =>
                Ask(State.Accepting, new GroupConnectEffect.Accept(packet.Content)),
            _ => Fail(GroupConnectFailure.WrongState),
        };
    }

    /// <summary>Whether the credential that was to be judged counts.</summary>
    public void Judged(Moment now, bool counts)
    {
        _state = _state switch
        {
            State.JudgingMember when counts => Welcome(),
            State.JudgingMember or State.JudgingIssuer when !counts => Fail(GroupConnectFailure.NotMember),
            State.JudgingIssuer => Ask(State.Proving, new GroupConnectEffect.Prove()),
            State.Accepting => counts ? Complete() : Fail(GroupConnectFailure.WrongGift),
            _ => _state,
        };
    }

    /// <summary>The proof of the password that was asked for.</summary>
    public void Proved(Moment now, byte[] proof)
    {
        if (_state == State.Proving)
        {
            Send(new GroupConnectPacket { Body = GroupConnectMessageType.Password, Content = proof });
            _state = State.PasswordSent;
        }
    }

    /// <summary>The credential for who has proven the password; null where the proof is wrong.</summary>
    public void Issued(Moment now, byte[]? chain)
    {
        if (_state != State.Issuing)
        {
            return;
        }

        if (chain is null)
        {
            Fail(GroupConnectFailure.WrongPassword);
            return;
        }

        Send(new GroupConnectPacket { Body = GroupConnectMessageType.YourGmc, Content = chain });
        _state = Complete();
    }

    private static GroupConnectPacket Announcement =>
        new() { HasHello = true, Body = GroupConnectMessageType.Password };

    // Who has a credential shows it; an expired one says nothing, and the other side must know its holder.
    private GroupConnectPacket Introduction => credentials is { Chain: { } chain, IsExpired: false }
        ? new GroupConnectPacket { HasHello = true, Body = GroupConnectMessageType.MyGmc, Content = chain }
        : new GroupConnectPacket { HasHello = true };

    private static byte[]? ChainOf(GroupConnectPacket packet) =>
        packet.Body is null ? null : packet.Content;

    // MS-PPSEC 3.3.5.2.4
    private State TakeAnnouncement()
    {
        if (!credentials.IssuesForPassword || credentials.IsExpired)
        {
            return Fail(GroupConnectFailure.NoPasswords);
        }

        Send(Introduction);
        return State.ProofExpected;
    }

    // MS-PPSEC 3.2.5.2.2, 3.2.5.2.3: a newcomer has no member list to look into.
    private State TakeIntroduction(GroupConnectPacket packet) =>
        credentials.Chain is not null ? Ask(State.JudgingMember, new GroupConnectEffect.Judge(ChainOf(packet)))
        : packet.Body is null ? Fail(GroupConnectFailure.NotMember)
        : Ask(State.JudgingIssuer, new GroupConnectEffect.Judge(packet.Content));

    private State Welcome()
    {
        if (!isRequestor)
        {
            Send(Introduction);
        }

        return Complete();
    }

    private State Complete()
    {
        _effects.Add(new GroupConnectEffect.Complete());
        return State.Over;
    }

    private State Ask(State state, GroupConnectEffect question)
    {
        _effects.Add(question);
        return state;
    }

    private State Fail(GroupConnectFailure reason)
    {
        _effects.Add(new GroupConnectEffect.Fail(reason));
        return _state = State.Over;
    }

    private void Send(GroupConnectPacket packet) => _effects.Add(new GroupConnectEffect.Send(packet.Encode()));
}
