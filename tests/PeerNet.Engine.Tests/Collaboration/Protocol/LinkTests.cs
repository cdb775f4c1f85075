using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Collaboration.Protocol.Messages;

namespace PeerNet.Engine.Tests.Collaboration.Protocol;

/// <summary>The greeting of a link, and how long it lasts (PROTOCOL.md 4.1, 4.5).</summary>
public sealed class LinkTests
{
    private const int Bob = 1;

    private static readonly byte[] Nonce = [.. Enumerable.Repeat((byte)7, Greeting.NonceLength)];

    [Fact]
    public void Both_ends_come_to_the_same_six_digits_and_somebody_between_them_to_others()
    {
        var ada = new LoneMachine();
        RemoteLink bob = ada.Enter(Bob);
        bob.Say(Hello(Greeting.Commit(Nonce, LoneMachine.KeyOf(Bob))));
        byte[] hers = Assert.IsType<CollaborationMessage.Hello>(Assert.Single(bob.Messages)).Proof;
        bob.Say(new CollaborationMessage.Reveal(Nonce));

        string shown = ada.Machine.Links.Single().AuthenticationString!;
        Assert.Equal(Greeting.CreateString(LoneMachine.KeyOf(Bob), LoneMachine.KeyOf(0), Nonce, hers), shown);
        Assert.NotEqual(Greeting.CreateString(LoneMachine.KeyOf(Bob), LoneMachine.KeyOf(2), Nonce, hers), shown);
        Assert.Matches("^[0-9]{6}$", shown);
    }

    [Fact]
    public void Another_nonce_than_the_one_committed_to_ends_the_link()
    {
        var ada = new LoneMachine();
        RemoteLink bob = ada.Enter(Bob);
        bob.Say(Hello(Greeting.Commit(Nonce, LoneMachine.KeyOf(Bob))));
        bob.Say(new CollaborationMessage.Reveal(new byte[Greeting.NonceLength]));

        Assert.True(bob.IsClosed);
    }

    [Fact]
    public void A_commitment_to_the_key_of_another_ends_the_link()
    {
        var ada = new LoneMachine();
        RemoteLink bob = ada.Enter(Bob);
        bob.Say(Hello(Greeting.Commit(Nonce, LoneMachine.KeyOf(2))));
        bob.Say(new CollaborationMessage.Reveal(Nonce));

        Assert.True(bob.IsClosed);
    }

    [Fact]
    public void Nothing_but_the_greeting_is_said_before_its_end_and_it_is_said_once()
    {
        foreach (CollaborationMessage early in new CollaborationMessage[]
        {
            new CollaborationMessage.Query(1), new CollaborationMessage.Reveal(Nonce), new CollaborationMessage.Ping(1),
        })
        {
            RemoteLink bob = new LoneMachine().Enter(Bob);
            bob.Say(early);
            Assert.True(bob.IsClosed, early.Type.ToString());
        }

        RemoteLink again = new LoneMachine().Enter(Bob);
        again.Say(Hello(new byte[32]));
        again.Say(Hello(new byte[32]));
        Assert.True(again.IsClosed);

        RemoteLink late = new LoneMachine().Connect(Bob);
        late.Say(Hello(new byte[32]));
        Assert.True(late.IsClosed);
    }

    [Fact]
    public void This_endpoint_does_not_greet_itself()
    {
        RemoteLink self = new LoneMachine().Enter(0);
        self.Say(new CollaborationMessage.Hello(1, LoneMachine.IdOf(0), 4000, new byte[32]));

        Assert.True(self.IsClosed);
    }

    [Fact]
    public void A_greeting_that_takes_too_long_ends_the_link()
    {
        var ada = new LoneMachine();
        RemoteLink bob = ada.Enter(Bob);
        ada.Pass(TimeSpan.FromSeconds(9));
        Assert.False(bob.IsClosed);

        ada.Pass(TimeSpan.FromSeconds(2));
        Assert.True(bob.IsClosed);
    }

    [Fact]
    public void A_link_is_pinged_after_a_minute_and_ends_when_nobody_answers()
    {
        var ada = new LoneMachine();
        ada.Know(Bob);
        RemoteLink bob = ada.Connect(Bob);
        ada.Pass(TimeSpan.FromSeconds(61));
        CollaborationMessage.Ping ping = Assert.IsType<CollaborationMessage.Ping>(bob.Messages.Last());
        bob.Say(new CollaborationMessage.Pong(ping.Token));

        ada.Pass(TimeSpan.FromSeconds(61));
        Assert.False(bob.IsClosed);
        ada.Pass(TimeSpan.FromSeconds(16));
        Assert.True(bob.IsClosed);
    }

    [Fact]
    public void A_link_with_a_stranger_that_nobody_needs_ends_and_one_with_a_subscriber_stays()
    {
        var ada = new LoneMachine();
        RemoteLink idle = ada.Connect(Bob);
        RemoteLink watcher = ada.Connect(2);
        watcher.Say(new CollaborationMessage.Subscribe(1, 3600));
        for (int i = 0; i < 5; i++)
        {
            ada.Pass(TimeSpan.FromSeconds(50));
            foreach (RemoteLink link in new[] { idle, watcher }.Where(link => !link.IsClosed))
            {
                link.Say(new CollaborationMessage.Pong(1));
            }
        }

        Assert.True(idle.IsClosed);
        Assert.False(watcher.IsClosed);
    }

    [Fact]
    public void A_subscription_runs_out()
    {
        var ada = new LoneMachine();
        RemoteLink bob = ada.Connect(Bob);
        bob.Say(new CollaborationMessage.Subscribe(1, 30));
        ada.Pass(TimeSpan.FromSeconds(31));
        int told = bob.Received.Count;

        ada.Machine.SetPresence(ada.Now, PeerPresenceStatus.Away, "", "desk", "Ada");
        ada.Settle();

        Assert.Equal(told, bob.Received.Count);
    }

    [Fact]
    public void After_a_pause_of_the_machine_every_link_is_pinged_also_one_whose_ping_is_overdue()
    {
        var ada = new LoneMachine();
        ada.Know(Bob);
        RemoteLink bob = ada.Connect(Bob);
        ada.Pass(TimeSpan.FromSeconds(61));
        int pings = bob.Messages.OfType<CollaborationMessage.Ping>().Count();

        ada.Jump(TimeSpan.FromMinutes(20));

        Assert.False(bob.IsClosed);
        Assert.Equal(pings + 1, bob.Messages.OfType<CollaborationMessage.Ping>().Count());
        ada.Pass(TimeSpan.FromSeconds(11));
        Assert.True(bob.IsClosed);
    }

    [Fact]
    public void Of_two_calls_of_somebody_both_live_until_the_caller_closes_one_and_the_other_serves()
    {
        var ada = new LoneMachine();
        ada.Know(Bob, isWatched: true);
        RemoteLink first = ada.Connect(Bob);
        RemoteLink second = ada.Connect(Bob);
        Assert.False(first.IsClosed);
        Assert.Equal(second.Id, ada.Machine.Watching.All.Single().Link!.Id);

        ada.Machine.Lost(ada.Now, second.Id);
        ada.Settle();

        Assert.Equal(first.Id, ada.Machine.Watching.All.Single().Link!.Id);
        Assert.IsType<CollaborationMessage.Subscribe>(first.Messages.Last());
    }

    [Fact]
    public void Of_two_links_the_one_whose_caller_is_smaller_stays()
    {
        var ada = new LoneMachine();
        ada.Know(Bob);
        RemoteLink theirs = ada.Connect(Bob);
        RemoteLink ours = ada.Call(Bob);
        Assert.True(theirs.IsClosed);
        Assert.False(ours.IsClosed);

        RemoteLink again = ada.Connect(Bob);
        Assert.True(again.IsClosed);
        Assert.IsType<CollaborationMessage.Ping>(ours.Messages.Last());
    }

    [Fact]
    public void A_name_that_changes_leaves_the_time_of_the_presence_alone()
    {
        var ada = new LoneMachine();
        DateTimeOffset since = ada.Machine.Shown.Since;
        ada.Pass(TimeSpan.FromSeconds(30));

        ada.Machine.SetPresence(ada.Now, PeerPresenceStatus.Online, "", "laptop", "Ada");
        ada.Machine.SetPresence(ada.Now, PeerPresenceStatus.Online, "", "desk", "Ada");

        Assert.Equal(since, ada.Machine.Shown.Since);
    }

    private static CollaborationMessage.Hello Hello(byte[] proof) => new(1, LoneMachine.IdOf(Bob), 5000, proof);
}
