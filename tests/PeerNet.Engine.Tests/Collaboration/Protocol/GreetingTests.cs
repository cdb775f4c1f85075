using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Collaboration.Protocol.Messages;

namespace PeerNet.Engine.Tests.Collaboration.Protocol;

/// <summary>What both ends prove before anything else is said (PROTOCOL.md 4.1).</summary>
public sealed class GreetingTests
{
    private const int Bob = 1;

    private static readonly byte[] Nonce = [.. Enumerable.Repeat((byte)7, Greeting.NonceLength)];
    private static readonly CollaborationMessage.Hello Hello =
        new(1, LoneMachine.IdOf(Bob), 5000, Greeting.Commit(Nonce, LoneMachine.KeyOf(Bob)));

    private static readonly CollaborationMessage.Reveal Reveal = new(Nonce);

    /// <summary>One of each message, by name.</summary>
    private static readonly Dictionary<string, CollaborationMessage> Messages = new CollaborationMessage[]
    {
        Hello, Reveal, new CollaborationMessage.Query(1), new CollaborationMessage.Subscribe(1, 60), new CollaborationMessage.Unsubscribe(),
        new CollaborationMessage.Complete(1), new CollaborationMessage.Ping(1), new CollaborationMessage.Pong(1),
        new CollaborationMessage.Publish(new PublishedItem.Gone(ItemKey.Presence)),
        new CollaborationMessage.Invite(LoneMachine.IdOf(9), 60, "", LoneMachine.IdOf(9), []),
        new CollaborationMessage.Respond(LoneMachine.IdOf(9), InvitationAnswer.Accept),
        new CollaborationMessage.Confirm(LoneMachine.IdOf(9), InvitationAnswer.Accept),
        new CollaborationMessage.Cancel(LoneMachine.IdOf(9), CancelReason.Expired),
    }.ToDictionary(message => message.Type.ToString());

    // All sequences of two messages: one of them is a greeting.
    [Fact]
    public void A_greeting_in_any_other_order_ends_the_link()
    {
        foreach (CollaborationMessage first in Messages.Values)
        {
            foreach (CollaborationMessage second in Messages.Values)
            {
                foreach (int? call in new int?[] { null, 5 })
                {
                    var ada = new LoneMachine();
                    RemoteLink bob = ada.Enter(Bob, call: call);
                    bob.Say(first);
                    bob.Say(second);
                    bool isGreeting = first is CollaborationMessage.Hello
                        && (call is null ? second is CollaborationMessage.Reveal : second is not (CollaborationMessage.Hello or CollaborationMessage.Reveal));

                    Assert.True(isGreeting != bob.IsClosed, $"{first.Type}, {second.Type}, called {call}");
                }
            }
        }
    }

    [Fact]
    public void A_nonce_that_the_caller_did_not_commit_itself_to_ends_the_link()
    {
        var ada = new LoneMachine();
        RemoteLink bob = ada.Enter(Bob);
        bob.Say(Hello);
        bob.Say(new CollaborationMessage.Reveal([.. Nonce[..^1], 8]));

        Assert.True(bob.IsClosed);
    }

    [Fact]
    public void A_commitment_of_another_key_ends_the_link()
    {
        var ada = new LoneMachine();
        RemoteLink bob = ada.Enter(Bob);
        bob.Say(Hello with { Proof = Greeting.Commit(Nonce, LoneMachine.KeyOf(2)) });
        bob.Say(Reveal);

        Assert.True(bob.IsClosed);
    }

    [Fact]
    public void Who_does_not_greet_within_ten_seconds_is_hung_up_on()
    {
        var ada = new LoneMachine();
        RemoteLink silent = ada.Enter(Bob);
        ada.Pass(TimeSpan.FromSeconds(9.5));
        Assert.False(silent.IsClosed);
        ada.Pass(TimeSpan.FromSeconds(1));
        Assert.True(silent.IsClosed);
    }

    [Fact]
    public void Nobody_is_this_endpoint_but_itself()
    {
        var ada = new LoneMachine();
        RemoteLink self = ada.Enter(0);
        self.Say(Hello with { Endpoint = LoneMachine.IdOf(0) });

        Assert.True(self.IsClosed);
    }

    // Mallory has a key of his own, and relays what he can: the digits that the two read out differ.
    [Fact]
    public void The_six_digits_differ_where_somebody_is_in_between()
    {
        byte[] alice = LoneMachine.KeyOf(1);
        byte[] bob = LoneMachine.KeyOf(2);
        byte[] mallory = LoneMachine.KeyOf(3);
        byte[] other = [.. Enumerable.Repeat((byte)9, Greeting.NonceLength)];

        string seenByAlice = Greeting.CreateString(alice, mallory, Nonce, other);
        string seenByBob = Greeting.CreateString(mallory, bob, Nonce, other);

        Assert.NotEqual(seenByAlice, seenByBob);
        Assert.NotEqual(Greeting.CreateString(alice, bob, Nonce, other), Greeting.CreateString(alice, bob, other, Nonce));
        Assert.Matches("^[0-9]{6}$", seenByAlice);
    }
}
