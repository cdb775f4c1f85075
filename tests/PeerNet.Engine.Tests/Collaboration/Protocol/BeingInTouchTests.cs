using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Tests.Simulation.Collaboration;

namespace PeerNet.Engine.Tests.Collaboration.Protocol;

/// <summary>Links that come, stay and go (PROTOCOL.md 4.1, 4.5).</summary>
public sealed class BeingInTouchTests
{
    [Fact]
    public void People_who_call_each_other_at_once_end_with_one_link_whichever_call_is_faster()
    {
        for (ulong seed = 1; seed <= 300; seed++)
        {
            var network = new PeopleNetwork(seed);
            (SimulatedPerson ann, SimulatedPerson bob) = Acquaint(network);
            ann.SignIn();
            bob.SignIn();
            network.RunFor(TimeSpan.FromSeconds(3));

            AssertOneLink(ann, bob, $"seed {seed}");
            Assert.Equal(ann.LinksWith(bob)[0].AuthenticationString, bob.LinksWith(ann)[0].AuthenticationString);
            Assert.Equal("", ann.Sees(bob));
            Assert.Equal("", bob.Sees(ann));
        }
    }

    // Two addresses of one endpoint are called at the same time.
    [Fact]
    public void Two_calls_of_one_caller_end_with_one_link_whichever_is_faster()
    {
        for (ulong seed = 1; seed <= 300; seed++)
        {
            var network = new PeopleNetwork(seed);
            SimulatedPerson ann = network.Add();
            SimulatedPerson bob = network.Add();
            ann.Know(bob);
            bob.SignIn(PeerCollaborationScope.NearMe);
            ann.SignIn(PeerCollaborationScope.NearMe);
            ann.Do(machine => machine.Found(network.Now, bob.Name.Authority, [bob.Address, bob.Address, bob.Address]));
            int told = ann.Told.Count;
            network.RunFor(TimeSpan.FromSeconds(3));

            AssertOneLink(ann, bob, $"seed {seed}");
            Assert.Equal("", ann.Sees(bob));
            Assert.DoesNotContain(ann.Told.Skip(told), effect => effect is CollaborationEffect.Tell { News: PeerEndpoint { IsConnected: false } });
        }
    }

    [Fact]
    public void Somebody_whose_host_lost_power_and_who_is_back_is_seen_soon()
    {
        for (ulong seed = 1; seed <= 50; seed++)
        {
            var network = new PeopleNetwork(seed);
            (SimulatedPerson ann, SimulatedPerson bob) = Acquaint(network);
            ann.SignIn();
            bob.SignIn();
            network.RunFor(TimeSpan.FromMinutes(2));
            bob.LosePower();
            network.RunFor(TimeSpan.FromSeconds(10));
            bob.SignIn();
            bob.Say("back");
            network.RunFor(TimeSpan.FromSeconds(8));

            Assert.True(ann.Sees(bob) == "back", $"seed {seed}");
            AssertOneLink(ann, bob, $"seed {seed}");
        }
    }

    [Fact]
    public void Silence_is_asked_about_and_ends_a_link()
    {
        var network = new PeopleNetwork(1);
        (SimulatedPerson ann, SimulatedPerson bob) = Acquaint(network);
        ann.SignIn();
        bob.SignIn();
        network.RunFor(TimeSpan.FromSeconds(5));
        bob.LosePower();
        network.RunFor(TimeSpan.FromSeconds(65));
        Assert.Single(ann.LinksWith(bob));

        network.RunFor(TimeSpan.FromSeconds(15));
        Assert.Empty(ann.LinksWith(bob));
        Assert.Null(ann.Sees(bob));
    }

    [Fact]
    public void A_living_link_stays_for_hours_and_subscriptions_with_it()
    {
        var network = new PeopleNetwork(1);
        (SimulatedPerson ann, SimulatedPerson bob) = Acquaint(network);
        ann.SignIn();
        bob.SignIn();
        network.RunFor(TimeSpan.FromSeconds(5));
        Link link = ann.LinksWith(bob)[0];
        network.RunFor(TimeSpan.FromHours(3));

        Assert.Same(link, Assert.Single(ann.LinksWith(bob)));
        bob.Say("still here");
        network.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal("still here", ann.Sees(bob));
    }

    [Fact]
    public void Contacts_who_are_away_are_looked_for_by_name_seldom()
    {
        var network = new PeopleNetwork(1);
        SimulatedPerson ann = network.Add();
        for (int i = 0; i < 100; i++)
        {
            ann.Know(network.Add());
        }

        ann.SignIn();
        network.RunFor(TimeSpan.FromHours(1));
        int first = network.Finds;
        network.RunFor(TimeSpan.FromHours(1));

        Assert.InRange(first, 100, 1000);
        Assert.InRange(network.Finds - first, 50, 250);
    }

    [Fact]
    public void A_link_that_nobody_needs_ends_two_minutes_after_it_was_needed_last()
    {
        var ada = new LoneMachine();
        RemoteLink bob = ada.Connect(1);
        bob.Say(new CollaborationMessage.Subscribe(1, 3600));
        for (int i = 0; i < 7; i++)
        {
            ada.Pass(TimeSpan.FromSeconds(50));
            bob.Say(new CollaborationMessage.Ping(1));
        }

        Assert.False(bob.IsClosed);
        bob.Say(new CollaborationMessage.Unsubscribe());
        for (int i = 0; i < 2; i++)
        {
            ada.Pass(TimeSpan.FromSeconds(55));
            bob.Say(new CollaborationMessage.Ping(1));
        }

        Assert.False(bob.IsClosed);
        ada.Pass(TimeSpan.FromSeconds(15));
        Assert.True(bob.IsClosed);
    }

    [Fact]
    public void Who_hangs_up_before_the_greeting_is_over_is_called_ever_more_seldom()
    {
        var ada = new LoneMachine(PeerCollaborationScope.NearMe);
        ada.Know(1);
        List<TimeSpan> calls = [];
        for (TimeSpan step = TimeSpan.FromSeconds(1); ada.Now.Elapsed < TimeSpan.FromHours(1); ada.Pass(step))
        {
            ada.Effects.Clear();
            ada.Machine.Found(ada.Now, LoneMachine.NameOf(1).Authority, []);
            RemoteLink link = ada.Enter(1, call: 1_000_000);
            ada.Machine.Lost(ada.Now, link.Id);
            TimeSpan before = ada.Now.Elapsed;
            ada.Pass(ada.Machine.NextDue > before ? ada.Machine.NextDue - before : TimeSpan.Zero);
            calls.Add(ada.Now.Elapsed);
        }

        Assert.InRange(calls.Count, 5, 200);
    }

    [Fact]
    public void Blocking_somebody_who_is_watched_is_not_told_even_by_an_unsubscription()
    {
        var ada = new LoneMachine();
        ada.Know(1, isWatched: true);
        RemoteLink bob = ada.Connect(1);
        Assert.Contains(bob.Messages, message => message is CollaborationMessage.Subscribe);
        ada.Know(1, isBlocked: true, isWatched: true);

        Assert.DoesNotContain(bob.Messages, message => message is CollaborationMessage.Unsubscribe);
        bob.Say(new CollaborationMessage.Publish(new PublishedItem.SharedObject(LoneMachine.IdOf(9), [1])));
        Assert.DoesNotContain(ada.Machine.Watching.All, endpoint => endpoint.Items.Count > 0);
    }

    [Fact]
    public void Who_is_blocked_has_as_many_links_as_a_contact()
    {
        Assert.Equal(Count(isBlocked: false), Count(isBlocked: true));

        static int Count(bool isBlocked)
        {
            var ada = new LoneMachine();
            ada.Know(1, isBlocked);
            return Enumerable.Range(0, 40).Count(i => !ada.Enter(1, source: 7).IsClosed)
                + Enumerable.Range(100, 300).Count(stranger => !ada.Enter(stranger).IsClosed)
                + Enumerable.Range(0, 40).Count(i => !ada.Enter(1, source: 8).IsClosed);
        }
    }

    [Fact]
    public void A_thing_that_there_is_no_room_for_is_not_shown_as_it_was()
    {
        var ada = new LoneMachine();
        ada.Know(1, isWatched: true);
        RemoteLink bob = ada.Connect(1);
        bob.Say(new CollaborationMessage.Publish(new PublishedItem.SharedObject(LoneMachine.IdOf(500), [1])));
        for (int i = 0; i < 15; i++)
        {
            bob.Say(new CollaborationMessage.Publish(new PublishedItem.SharedObject(LoneMachine.IdOf(501 + i), new byte[PeerObject.MaximumData])));
        }

        bob.Say(new CollaborationMessage.Publish(new PublishedItem.SharedObject(LoneMachine.IdOf(600), new byte[15_000])));
        RemoteEndpoint endpoint = Assert.Single(ada.Machine.Watching.All);
        Assert.True(endpoint.Items.ContainsKey(new(ItemKind.Object, LoneMachine.IdOf(500))));
        bob.Say(new CollaborationMessage.Publish(new PublishedItem.SharedObject(LoneMachine.IdOf(500), new byte[PeerObject.MaximumData])));

        Assert.False(endpoint.Items.ContainsKey(new(ItemKind.Object, LoneMachine.IdOf(500))));
    }

    [Fact]
    public void A_presence_that_is_set_again_is_as_old_as_it_was()
    {
        var ada = new LoneMachine();
        DateTimeOffset since = ada.Machine.Shown.Since;
        ada.Pass(TimeSpan.FromSeconds(30));
        ada.Machine.SetPresence(ada.Now, PeerPresenceStatus.Online, "", "laptop", "Ada");
        ada.Machine.SetPresence(ada.Now, PeerPresenceStatus.Online, "", "laptop", "Ada");

        Assert.Equal(since, ada.Machine.Shown.Since);
    }

    [Fact]
    public void What_is_taken_back_at_sign_out_is_told_though_a_write_is_on_its_way()
    {
        var ada = new LoneMachine();
        ada.Know(1);
        RemoteLink bob = ada.Connect(1);
        bob.Reads = false;
        ada.Machine.Show(ada.Now, new PublishedItem.SharedObject(LoneMachine.IdOf(9), [1]), PeerCollaborationScope.All);
        bob.Say(new CollaborationMessage.Query(1));
        Guid id = Invite(ada, 600);
        ada.Machine.SignOut(ada.Now, PeerCollaborationScope.All);
        ada.Settle();

        Assert.Contains(new CollaborationMessage.Cancel(id, CancelReason.Cancelled), bob.Messages);
        Assert.True(bob.IsClosed);
    }

    [Fact]
    public void Many_invitations_that_are_taken_back_do_not_end_the_link_of_a_slow_reader()
    {
        var ada = new LoneMachine();
        ada.Know(1);
        RemoteLink bob = ada.Connect(1);
        bob.Reads = false;
        for (int i = 0; i < 400; i++)
        {
            Assert.True(ada.Machine.Inviting.Cancel(ada.Now, Invite(ada, 1000 + i)));
        }

        bob.Say(new CollaborationMessage.Ping(1));
        Assert.False(bob.IsClosed);
    }

    [Fact]
    public void An_answer_that_was_lost_with_its_connection_is_given_again()
    {
        var ada = new LoneMachine();
        ada.Know(1);
        var invite = new CollaborationMessage.Invite(LoneMachine.IdOf(700), 600, "chess?", LoneMachine.IdOf(9), []);
        RemoteLink first = ada.Connect(1);
        first.Say(invite);
        Assert.True(ada.Machine.Inviting.Respond(ada.Now, invite.Id, InvitationAnswer.Accept));
        ada.Settle();
        ada.Machine.Lost(ada.Now, first.Id);
        ada.Settle();

        RemoteLink second = ada.Connect(1);
        second.Say(invite);
        Assert.Equal(new CollaborationMessage.Respond(invite.Id, InvitationAnswer.Accept), second.Messages.Last());
        second.Say(new CollaborationMessage.Confirm(invite.Id, InvitationAnswer.Accept));
        Assert.Equal(PeerInvitationState.Accepted, ada.Machine.Inviting.Find(invite.Id)!.State);
    }

    // Whose answer is in the socket when the machine wakes is not taken for dead.
    [Fact]
    public void After_a_sleep_every_link_is_asked_and_given_ten_seconds()
    {
        var ada = new LoneMachine();
        ada.Know(1);
        RemoteLink bob = ada.Connect(1);
        ada.Pass(TimeSpan.FromSeconds(61));
        Assert.IsType<CollaborationMessage.Ping>(bob.Messages.Last());

        ada.Jump(TimeSpan.FromHours(2));
        Assert.False(bob.IsClosed);
        ada.Pass(TimeSpan.FromSeconds(9));
        Assert.False(bob.IsClosed);
        ada.Pass(TimeSpan.FromSeconds(2));
        Assert.True(bob.IsClosed);
    }

    private static Guid Invite(LoneMachine ada, int id)
    {
        var draft = new PeerInvitation
        {
            Id = LoneMachine.IdOf(id),
            Direction = PeerInvitationDirection.Sent,
            State = PeerInvitationState.Pending,
            Kind = PeerInvitationKind.Application,
            Contact = LoneMachine.NameOf(1).Value,
            ApplicationId = LoneMachine.IdOf(9),
        };
        Assert.True(ada.Machine.Invite(ada.Now, draft, TimeSpan.FromMinutes(5)));
        ada.Settle();
        return draft.Id;
    }

    private static (SimulatedPerson, SimulatedPerson) Acquaint(PeopleNetwork network)
    {
        SimulatedPerson one = network.Add();
        SimulatedPerson other = network.Add();
        one.Know(other);
        other.Know(one);
        return (one, other);
    }

    private static void AssertOneLink(SimulatedPerson one, SimulatedPerson other, string what)
    {
        Assert.True(one.LinksWith(other).Length == 1, $"{what}: {one.LinksWith(other).Length} and {other.LinksWith(one).Length}");
        Assert.True(other.LinksWith(one).Length == 1, $"{what}: {one.LinksWith(other).Length} and {other.LinksWith(one).Length}");
        Assert.Equal(one.Ends[one.LinksWith(other)[0].Id].Other!.Id, other.LinksWith(one)[0].Id);
    }
}
