using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Messages;

namespace PeerNet.Engine.Tests.Grouping.Protocol;

/// <summary>Both sides of Group Connect, with answers that the test gives.</summary>
public sealed class GroupConnectMachineTests
{
    private static readonly byte[] RequestorsChain = [1, 1];
    private static readonly byte[] AuthenticatorsChain = [2, 2];
    private static readonly byte[] Gift = [3, 3];
    private static readonly byte[] Proof = new byte[GroupConnectPacket.ProofLength];

    private static readonly GroupConnectCredentials Member = new() { Chain = RequestorsChain };
    private static readonly GroupConnectCredentials Expired = new() { Chain = RequestorsChain, IsExpired = true };
    private static readonly GroupConnectCredentials Newcomer = new() { HasPassword = true };
    private static readonly GroupConnectCredentials Host = new() { Chain = AuthenticatorsChain, IssuesForPassword = true };

    private static byte[][] Packets { get; } =
    [
        Body(new GroupConnectPacket { HasHello = true }),
        Body(new GroupConnectPacket { HasHello = true, Body = GroupConnectMessageType.MyGmc, Content = Gift }),
        Body(new GroupConnectPacket { HasHello = true, Body = GroupConnectMessageType.Password }),
        Body(new GroupConnectPacket { Body = GroupConnectMessageType.Password, Content = Proof }),
        Body(new GroupConnectPacket { Body = GroupConnectMessageType.YourGmc, Content = Gift }),
        [0xFF],
        [],
    ];

    // MS-PPSEC 4.1
    [Fact]
    public void Two_members_show_their_credentials_the_one_that_connects_first()
    {
        Pair pair = new(Member, Host);
        pair.Run();

        Assert.Equal(
            ["authenticator judges 0101", "authenticator is in", "requestor judges 0202", "requestor is in"], pair.Log);
    }

    // MS-PPSEC 4.2
    [Fact]
    public void A_newcomer_sees_a_members_credential_proves_the_password_and_gets_its_own()
    {
        Pair pair = new(Newcomer, Host);
        pair.Run();

        Assert.Equal(
            [
                "requestor judges 0202", "requestor proves", "authenticator issues", "authenticator is in",
                "requestor accepts 0303", "requestor is in",
            ],
            pair.Log);
    }

    // MS-PPSEC 3.2.7.1, 3.3.5.2.2
    [Fact]
    public void Whose_credential_has_expired_must_be_known()
    {
        Pair pair = new(Expired, Host with { IsExpired = true });
        pair.Run();

        Assert.Equal(
            [
                "authenticator judges the list", "authenticator is in", "requestor judges the list", "requestor is in",
            ],
            pair.Log);
    }

    [Fact]
    public void Who_is_no_member_hears_nothing()
    {
        Pair pair = new(Member, Host) { AuthenticatorJudges = false };
        pair.Run();

        Assert.Equal(["authenticator judges 0101", "authenticator fails: NotMember"], pair.Log);
        Assert.Empty(pair.SentByAuthenticator);
    }

    [Fact]
    public void A_password_is_not_proven_to_who_is_no_member()
    {
        Pair pair = new(Newcomer, Host) { RequestorJudges = false };
        pair.Run();

        Assert.Equal(["requestor judges 0202", "requestor fails: NotMember"], pair.Log);
    }

    [Fact]
    public void A_newcomer_believes_no_credential_that_it_cannot_see()
    {
        GroupConnectMachine newcomer = Started(isRequestor: true, Newcomer);
        newcomer.Receive(default, Body(new GroupConnectPacket { HasHello = true }));

        Assert.Equal([new GroupConnectEffect.Fail(GroupConnectFailure.NotMember)], newcomer.TakeEffects());
    }

    [Fact]
    public void A_wrong_proof_earns_nothing()
    {
        Pair pair = new(Newcomer, Host) { Issues = false };
        pair.Run();

        Assert.Equal(
            ["requestor judges 0202", "requestor proves", "authenticator issues", "authenticator fails: WrongPassword"],
            pair.Log);
    }

    [Fact]
    public void Who_may_not_let_in_does_not_talk_of_passwords()
    {
        Pair pair = new(Newcomer, Host with { IssuesForPassword = false });
        pair.Run();
        Pair expired = new(Newcomer, Host with { IsExpired = true });
        expired.Run();

        Assert.Equal(["authenticator fails: NoPasswords"], pair.Log);
        Assert.Equal(["authenticator fails: NoPasswords"], expired.Log);
    }

    [Fact]
    public void A_proof_that_was_not_announced_is_not_looked_at()
    {
        GroupConnectMachine host = Started(isRequestor: false, Host);
        host.Receive(default, Body(new GroupConnectPacket { Body = GroupConnectMessageType.Password, Content = Proof }));

        Assert.Equal([new GroupConnectEffect.Fail(GroupConnectFailure.WrongState)], host.TakeEffects());
    }

    [Fact]
    public void A_gift_that_does_not_count_is_refused()
    {
        Pair pair = new(Newcomer, Host) { Accepts = false };
        pair.Run();

        Assert.Equal("requestor fails: WrongGift", pair.Log[^1]);
    }

    [Fact]
    public void Who_has_nothing_to_show_does_not_begin()
    {
        GroupConnectMachine machine = new(isRequestor: true, new GroupConnectCredentials());
        machine.Start(default);

        Assert.Equal([new GroupConnectEffect.Fail(GroupConnectFailure.NothingToShow)], machine.TakeEffects());
    }

    // Every packet in every order, with every answer: what the other side sends alone never lets it in.
    [Fact]
    public void No_order_of_packets_gets_past_judging()
    {
        GroupConnectCredentials[] all = [Member, Expired, Newcomer, Host];
        foreach (bool isRequestor in (bool[])[true, false])
        {
            foreach (GroupConnectCredentials credentials in all.Where(one => isRequestor || one.Chain is not null))
            {
                Explore(isRequestor, credentials, Packets, [], depth: 5);
            }
        }
    }

    // Packets, answers and the start itself, in every order, for either side and whatever it can show: nothing throws, an
    // end is an end, and nobody is in before the question that lets him in was asked and answered with yes.
    [Fact]
    public void No_order_of_anything_lets_in_who_was_not_judged()
    {
        Input[] inputs =
        [
            .. Packets.Select(packet => new Input(machine => machine.Receive(default, packet))),
            new(machine => machine.Start(default)),
            new(machine => machine.Judged(default, counts: true), LetsIn: question => question
                is GroupConnectEffect.Judge or GroupConnectEffect.Accept),
            new(machine => machine.Judged(default, counts: false)),
            new(machine => machine.Proved(default, Proof)),
            new(machine => machine.Issued(default, Gift), LetsIn: question => question is GroupConnectEffect.Issue),
            new(machine => machine.Issued(default, null)),
        ];
        GroupConnectCredentials[] all = [Member, Expired, Newcomer, Host, new()];
        int completed = 0;
        foreach (bool isRequestor in (bool[])[true, false])
        {
            foreach (GroupConnectCredentials credentials in all)
            {
                foreach (Input[] sequence in Sequences(inputs, length: 4))
                {
                    completed += Follow(new GroupConnectMachine(isRequestor, credentials), sequence) ? 1 : 0;
                }
            }
        }

        Assert.NotEqual(0, completed);
    }

    /// <returns>Whether the connection was completed.</returns>
    private static bool Follow(GroupConnectMachine machine, Input[] sequence)
    {
        GroupConnectEffect? question = null;
        bool isOver = false;
        bool isIn = false;
        machine.Start(default);
        foreach (Input input in sequence.Prepend(new Input(_ => { })))
        {
            input.Apply(machine);
            IReadOnlyList<GroupConnectEffect> effects = machine.TakeEffects();
            Assert.True(!isOver || effects.Count == 0, "Something was done after the end.");
            if (effects.Any(effect => effect is GroupConnectEffect.Complete))
            {
                Assert.True(question is not null && input.LetsIn?.Invoke(question) == true, "Who was not judged is in.");
                isIn = true;
            }

            isOver = effects.Any(effect => effect is GroupConnectEffect.Complete or GroupConnectEffect.Fail);
            question = effects.LastOrDefault(effect => effect is not GroupConnectEffect.Send)
                ?? (question is not null && input.LetsIn?.Invoke(question) == true ? null : question);
        }

        return isIn;
    }

    private static IEnumerable<Input[]> Sequences(Input[] inputs, int length) => length == 0
        ? [[]]
        : Sequences(inputs, length - 1).SelectMany(start => inputs.Select(input => (Input[])[.. start, input]));

    private sealed record Input(Action<GroupConnectMachine> Apply, Func<GroupConnectEffect, bool>? LetsIn = null);

    private static void Explore(
        bool isRequestor, GroupConnectCredentials credentials, byte[][] packets, int[] path, int depth)
    {
        GroupConnectMachine machine = Started(isRequestor, credentials);
        List<GroupConnectEffect> effects = [];
        foreach (int step in path)
        {
            machine.Receive(default, packets[step]);
            effects.AddRange(machine.TakeEffects());
        }

        Assert.DoesNotContain(effects, effect => effect is GroupConnectEffect.Complete);
        bool isOver = effects.Exists(effect => effect is GroupConnectEffect.Fail);
        for (int i = 0; i < packets.Length && depth > 0 && !isOver; i++)
        {
            Explore(isRequestor, credentials, packets, [.. path, i], depth - 1);
        }
    }

    private static GroupConnectMachine Started(bool isRequestor, GroupConnectCredentials credentials)
    {
        GroupConnectMachine machine = new(isRequestor, credentials);
        machine.Start(default);
        machine.TakeEffects();
        return machine;
    }

    private static byte[] Body(GroupConnectPacket packet) => packet.Encode()[GroupConnectPacket.PrefixLength..];

    private sealed class Pair(GroupConnectCredentials requestor, GroupConnectCredentials authenticator)
    {
        private readonly GroupConnectMachine _requestor = new(isRequestor: true, requestor);
        private readonly GroupConnectMachine _authenticator = new(isRequestor: false, authenticator);

        public List<string> Log { get; } = [];

        public List<byte[]> SentByAuthenticator { get; } = [];

        public bool RequestorJudges { get; init; } = true;

        public bool AuthenticatorJudges { get; init; } = true;

        public bool Accepts { get; init; } = true;

        public bool Issues { get; init; } = true;

        public void Run()
        {
            _authenticator.Start(default);
            _requestor.Start(default);
            bool goesOn;
            do
            {
                goesOn = Perform(_requestor, _authenticator, "requestor") | Perform(_authenticator, _requestor, "authenticator");
            }
            while (goesOn);
        }

        private bool Perform(GroupConnectMachine machine, GroupConnectMachine other, string name)
        {
            IReadOnlyList<GroupConnectEffect> effects = machine.TakeEffects();
            foreach (GroupConnectEffect effect in effects)
            {
                Perform(machine, other, name, effect);
            }

            return effects.Count > 0;
        }

        private void Perform(GroupConnectMachine machine, GroupConnectMachine other, string name, GroupConnectEffect effect)
        {
            Moment now = default;
            switch (effect)
            {
                case GroupConnectEffect.Send send:
                    byte[] packet = send.Bytes[GroupConnectPacket.PrefixLength..];
                    if (machine == _authenticator)
                    {
                        SentByAuthenticator.Add(packet);
                    }

                    other.Receive(now, packet);
                    break;
                case GroupConnectEffect.Judge judge:
                    Log.Add($"{name} judges {(judge.Chain is { } chain ? Convert.ToHexString(chain) : "the list")}");
                    machine.Judged(now, machine == _requestor ? RequestorJudges : AuthenticatorJudges);
                    break;
                case GroupConnectEffect.Prove:
                    Log.Add($"{name} proves");
                    machine.Proved(now, Proof);
                    break;
                case GroupConnectEffect.Issue:
                    Log.Add($"{name} issues");
                    machine.Issued(now, Issues ? Gift : null);
                    break;
                case GroupConnectEffect.Accept accept:
                    Log.Add($"{name} accepts {Convert.ToHexString(accept.Chain)}");
                    machine.Judged(now, Accepts);
                    break;
                case GroupConnectEffect.Complete:
                    Log.Add($"{name} is in");
                    break;
                case GroupConnectEffect.Fail fail:
                    Log.Add($"{name} fails: {fail.Reason}");
                    break;
            }
        }
    }
}
