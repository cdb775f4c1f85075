using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Collaboration.Protocol;

/// <summary>People who want more than their share, or what is not theirs (PROTOCOL.md 4.4, 5, 6).</summary>
public sealed class HostilePeopleTests
{
    private const int Contact = 1;
    private const int Mallory = 2;

    private int _lastInvitation = 1000;

    [Fact]
    public void A_storm_of_invitations_is_bounded_and_the_oldest_of_a_stranger_gives_way()
    {
        var ada = new LoneMachine();
        ada.Know(Contact);
        CollaborationMessage.Invite first = Invite();
        ada.Connect(Contact).Say(first);
        List<Guid> strangers = [];
        for (int stranger = 10; stranger < 200; stranger++)
        {
            ada.Pass(TimeSpan.FromSeconds(2));
            CollaborationMessage.Invite invite = Invite();
            strangers.Add(invite.Id);
            ada.Connect(stranger).Say(invite);
        }

        Assert.Equal(CollaborationLimits.WaitingInvitations, ada.Waiting.Count());
        Assert.Contains(ada.Waiting, waiting => waiting.Id == first.Id);
        Assert.Contains(ada.Waiting, waiting => waiting.Id == strangers[^1]);
        Assert.DoesNotContain(ada.Waiting, waiting => waiting.Id == strangers[0]);

        CollaborationMessage.Invite late = Invite();
        ada.Connect(Contact).Say(late);
        Assert.Contains(ada.Waiting, waiting => waiting.Id == late.Id);
    }

    [Fact]
    public void One_stranger_has_few_invitations_and_one_address_has_few()
    {
        var ada = new LoneMachine();
        RemoteLink mallory = ada.Connect(Mallory);
        for (int i = 0; i < 10; i++)
        {
            mallory.Say(Invite());
        }

        Assert.Equal(CollaborationLimits.WaitingOfStranger, ada.Waiting.Count());

        for (int stranger = 10; stranger < 40; stranger++)
        {
            ada.Pass(TimeSpan.FromSeconds(3));
            ada.Connect(stranger, source: 5).Say(Invite());
        }

        Assert.Equal(CollaborationLimits.WaitingOfStranger + CollaborationLimits.WaitingOfSource, ada.Waiting.Count());
    }

    [Fact]
    public void Invitations_come_slowly_though_each_is_declined()
    {
        var ada = new LoneMachine();
        RemoteLink mallory = ada.Connect(Mallory);
        int seen = 0;
        for (int i = 0; i < 50; i++)
        {
            CollaborationMessage.Invite invite = Invite();
            mallory.Say(invite);
            seen += ada.Waiting.Any(waiting => waiting.Id == invite.Id) ? 1 : 0;
            mallory.Say(new CollaborationMessage.Cancel(invite.Id, CancelReason.Cancelled));
        }

        Assert.Equal(CollaborationLimits.InvitationsOfStranger, seen);

        int all = 0;
        for (int stranger = 10; stranger < 150; stranger++)
        {
            CollaborationMessage.Invite invite = Invite();
            RemoteLink other = ada.Connect(stranger);
            other.Say(invite);
            all += ada.Waiting.Any(waiting => waiting.Id == invite.Id) ? 1 : 0;
            other.Say(new CollaborationMessage.Cancel(invite.Id, CancelReason.Cancelled));
        }

        Assert.Equal(CollaborationLimits.InvitationsOfStrangers - seen, all);
    }

    [Fact]
    public void Strangers_invite_on_the_link_alone_and_nobody_who_is_blocked()
    {
        var ada = new LoneMachine();
        ada.Connect(Mallory, isNear: false).Say(Invite());
        Assert.Empty(ada.Waiting);

        ada.Know(Contact, isBlocked: true);
        ada.Connect(Contact).Say(Invite());
        Assert.Empty(ada.Waiting);
    }

    [Fact]
    public void An_invitation_that_comes_again_or_under_the_id_of_another_is_not_taken()
    {
        var ada = new LoneMachine();
        ada.Know(Contact);
        CollaborationMessage.Invite invite = Invite();
        RemoteLink contact = ada.Connect(Contact);
        contact.Say(invite);
        contact.Say(invite with { Message = "again" });
        ada.Connect(Mallory).Say(invite with { Message = "mine" });

        PeerInvitation waiting = Assert.Single(ada.Waiting);
        Assert.Equal("chess?", waiting.Message);
        Assert.Equal(LoneMachine.NameOf(Contact).Value, waiting.Contact);
        Assert.Single(ada.Effects.OfType<CollaborationEffect.Invited>());
    }

    [Fact]
    public void Nobody_but_the_inviter_cancels_or_confirms()
    {
        var ada = new LoneMachine();
        ada.Know(Contact);
        CollaborationMessage.Invite invite = Invite();
        ada.Connect(Contact).Say(invite);
        Assert.True(ada.Machine.Inviting.Respond(ada.Now, invite.Id, InvitationAnswer.Accept));
        ada.Settle();

        RemoteLink mallory = ada.Connect(Mallory);
        mallory.Say(new CollaborationMessage.Cancel(invite.Id, CancelReason.Cancelled));
        mallory.Say(new CollaborationMessage.Confirm(invite.Id, InvitationAnswer.Accept));

        Assert.Single(ada.Waiting);
    }

    [Fact]
    public void A_confirmation_of_what_was_not_answered_accepts_nothing()
    {
        var ada = new LoneMachine();
        ada.Know(Contact);
        CollaborationMessage.Invite invite = Invite();
        RemoteLink contact = ada.Connect(Contact);
        contact.Say(invite);

        contact.Say(new CollaborationMessage.Confirm(invite.Id, InvitationAnswer.Accept));

        Assert.Single(ada.Waiting);
    }

    [Fact]
    public void Nobody_answers_what_was_sent_to_another()
    {
        var ada = new LoneMachine();
        ada.Know(Contact);
        RemoteLink contact = ada.Connect(Contact);
        Guid id = LoneMachine.IdOf(500);
        Send(ada, id, Contact, endpoint: null);
        RemoteLink mallory = ada.Connect(Mallory);
        mallory.Say(new CollaborationMessage.Respond(id, InvitationAnswer.Accept));

        Assert.Equal(new CollaborationMessage.Cancel(id, CancelReason.Unknown), mallory.Messages.Last());
        Assert.Equal(PeerInvitationState.Pending, ada.Machine.Inviting.Find(id)!.State);

        contact.Say(new CollaborationMessage.Respond(id, InvitationAnswer.Accept));
        Assert.Equal(new CollaborationMessage.Confirm(id, InvitationAnswer.Accept), contact.Messages.Last());
        Assert.Equal(PeerInvitationState.Accepted, ada.Machine.Inviting.Find(id)!.State);
    }

    [Fact]
    public void The_first_answer_counts_and_the_other_endpoints_are_told()
    {
        var ada = new LoneMachine();
        ada.Know(Contact);
        RemoteLink desk = ada.Connect(Contact, endpoint: 11);
        RemoteLink laptop = ada.Connect(Contact, endpoint: 12);
        Guid id = LoneMachine.IdOf(500);
        Send(ada, id, Contact, endpoint: null);
        Assert.Contains(desk.Messages, message => message is CollaborationMessage.Invite);
        Assert.Contains(laptop.Messages, message => message is CollaborationMessage.Invite);

        laptop.Say(new CollaborationMessage.Respond(id, InvitationAnswer.Decline));
        Assert.Equal(new CollaborationMessage.Confirm(id, InvitationAnswer.Decline), laptop.Messages.Last());
        Assert.Equal(new CollaborationMessage.Cancel(id, CancelReason.AnsweredElsewhere), desk.Messages.Last());

        desk.Say(new CollaborationMessage.Respond(id, InvitationAnswer.Accept));
        Assert.Equal(new CollaborationMessage.Cancel(id, CancelReason.AnsweredElsewhere), desk.Messages.Last());
        Assert.Equal(PeerInvitationState.Declined, ada.Machine.Inviting.Find(id)!.State);
    }

    [Fact]
    public void An_answer_after_the_end_does_not_count()
    {
        var ada = new LoneMachine();
        ada.Know(Contact);
        RemoteLink contact = ada.Connect(Contact);
        Guid id = LoneMachine.IdOf(500);
        Send(ada, id, Contact, endpoint: null);
        ada.Pass(TimeSpan.FromSeconds(31));

        contact.Say(new CollaborationMessage.Respond(id, InvitationAnswer.Accept));

        Assert.Equal(new CollaborationMessage.Cancel(id, CancelReason.Expired), contact.Messages.Last());
        Assert.Equal(PeerInvitationState.Expired, ada.Machine.Inviting.Find(id)!.State);
    }

    [Fact]
    public void What_nobody_asked_for_is_not_kept()
    {
        var ada = new LoneMachine();
        RemoteLink mallory = ada.Connect(Mallory);
        mallory.Say(Object(1, 16_000));

        Assert.Equal(0, ada.Machine.Watching.Bytes);
    }

    [Fact]
    public void An_endpoint_that_was_asked_for_in_vain_is_not_known_afterwards()
    {
        var ada = new LoneMachine();
        Ask(ada, Mallory);
        Assert.Single(ada.Machine.Watching.All);

        ada.Machine.Abandon(ada.Now, Mallory);

        Assert.Empty(ada.Machine.Watching.All);
    }

    [Fact]
    public void An_endpoint_shows_no_more_than_its_share()
    {
        var ada = new LoneMachine();
        RemoteLink mallory = ada.Connect(Mallory);
        Ask(ada, Mallory);
        for (int i = 0; i < 100; i++)
        {
            mallory.Say(Object(i, 10));
        }

        Assert.Equal(CollaborationLimits.ItemsOfKind, ada.Machine.Watching.All.Single().Items.Count);
        for (int i = 0; i < 64; i++)
        {
            mallory.Say(Object(i, PeerObject.MaximumData));
        }

        Assert.InRange(ada.Machine.Watching.Bytes, 1, CollaborationLimits.BytesOfEndpoint);
    }

    [Fact]
    public void All_together_show_no_more_than_there_is_room_for_and_strangers_give_way_to_contacts()
    {
        var ada = new LoneMachine();
        ada.Know(Contact, isWatched: true);
        for (int stranger = 10; stranger < 290; stranger++)
        {
            Ask(ada, stranger);
            RemoteLink link = ada.Call(stranger);
            for (int i = 0; i < 15; i++)
            {
                link.Say(Object(i, PeerObject.MaximumData));
            }
        }

        Assert.InRange(ada.Machine.Watching.Bytes, CollaborationLimits.BytesOfAll - (1024 * 1024), CollaborationLimits.BytesOfAll);

        ada.Connect(Contact).Say(Object(1, PeerObject.MaximumData));

        Assert.Single(ada.Machine.Watching.Of(LoneMachine.NameOf(Contact).Authority).Single().Items);
        Assert.InRange(ada.Machine.Watching.Bytes, 1, CollaborationLimits.BytesOfAll);
    }

    [Fact]
    public void One_stranger_and_one_address_have_few_links_and_contacts_find_a_place()
    {
        var ada = new LoneMachine();
        ada.Know(Contact);
        RemoteLink[] ofOne = [.. Enumerable.Range(0, 20).Select(i => ada.Connect(Mallory, endpoint: 1000 + i))];
        Assert.Equal(CollaborationLimits.LinksOfStranger, ofOne.Count(link => !link.IsClosed));

        RemoteLink[] ofSource = [.. Enumerable.Range(0, 60).Select(i => ada.Connect(1000 + i, source: 5))];
        Assert.Equal(CollaborationLimits.StrangersLinksOfSource, ofSource.Count(link => !link.IsClosed));

        RemoteLink[] all = [.. Enumerable.Range(0, 400).Select(i => ada.Connect(2000 + i))];
        Assert.Equal(
            CollaborationLimits.StrangersLinks - CollaborationLimits.LinksOfStranger - CollaborationLimits.StrangersLinksOfSource,
            all.Count(link => !link.IsClosed));
        Assert.False(ada.Connect(Contact).IsClosed);
    }

    [Fact]
    public void A_contact_with_another_key_is_not_let_in()
    {
        var ada = new LoneMachine();
        ada.Know(Contact);

        Assert.True(ada.Enter(Contact, key: LoneMachine.KeyOf(Mallory)).IsClosed);
    }

    [Fact]
    public void Who_does_not_read_costs_one_batch_and_is_shown_the_door_when_he_goes_on_asking()
    {
        var ada = new LoneMachine();
        RemoteLink mallory = ada.Connect(Mallory);
        mallory.Say(new CollaborationMessage.Subscribe(1, 600));
        mallory.Reads = false;
        mallory.Say(new CollaborationMessage.Query(2));
        int sent = mallory.Received.Count;
        for (int i = 0; i < 1000; i++)
        {
            ada.Machine.SetPresence(ada.Now, i % 2 == 0 ? PeerPresenceStatus.Busy : PeerPresenceStatus.Online, $"{i}", "desk", "Ada");
            ada.Settle();
        }

        Assert.Equal(sent, mallory.Received.Count);
        Assert.Single(ada.Machine.Links.Single().Changed);

        for (uint i = 0; i < 2000 && !mallory.IsClosed; i++)
        {
            mallory.Say(new CollaborationMessage.Ping(i));
        }

        Assert.True(mallory.IsClosed);
    }

    [Fact]
    public void A_slow_subscriber_is_told_what_is_so_by_then()
    {
        var ada = new LoneMachine();
        RemoteLink bob = ada.Connect(Mallory);
        bob.Say(new CollaborationMessage.Subscribe(1, 600));
        bob.Reads = false;
        for (int i = 0; i < 10; i++)
        {
            ada.Machine.SetPresence(ada.Now, PeerPresenceStatus.Busy, $"step {i}", "desk", "Ada");
            ada.Settle();
        }

        bob.Reads = true;
        ada.Machine.Drained(ada.Now, bob.Id);
        ada.Settle();

        string[] texts = [.. bob.Messages.OfType<CollaborationMessage.Publish>().Select(one => one.Item).OfType<PublishedItem.Presence>().Select(one => one.Text)];
        Assert.Equal(["", "step 0", "step 9"], texts);
    }

    [Fact]
    public void A_flood_of_probes_costs_one_announcement_a_second()
    {
        var ada = new LoneMachine(PeerCollaborationScope.NearMe);
        ada.Pass(TimeSpan.FromSeconds(5));
        ada.Effects.Clear();
        for (int i = 0; i < 1000; i++)
        {
            ada.Pass(TimeSpan.FromMilliseconds(10));
            ada.Machine.People.Asked(ada.Now);
            ada.Settle();
        }

        Assert.InRange(ada.Effects.OfType<CollaborationEffect.Announce>().Count(), 5, 11);
    }

    [Fact]
    public void Who_says_that_this_endpoint_is_gone_or_elsewhere_is_contradicted_at_most_once_a_second()
    {
        var ada = new LoneMachine(PeerCollaborationScope.NearMe);
        ada.Pass(TimeSpan.FromSeconds(5));
        ada.Effects.Clear();
        AddressBlock source = Announcement(0, 77).Source;
        ada.Machine.People.Withdrawn(ada.Now, new(LoneMachine.NameOf(0).Authority, LoneMachine.IdOf(0)), source);
        ada.Settle();
        Assert.Single(ada.Effects.OfType<CollaborationEffect.Announce>());

        for (int i = 0; i < 100; i++)
        {
            ada.Machine.Announced(ada.Now, Announcement(0, 77));
            ada.Settle();
        }

        Assert.Single(ada.Effects.OfType<CollaborationEffect.Announce>());
        Assert.Empty(ada.Machine.People.All);
    }

    [Fact]
    public void Nobody_takes_away_a_person_whom_another_address_has_announced()
    {
        var ada = new LoneMachine(PeerCollaborationScope.NearMe);
        ada.Machine.Announced(ada.Now, Announcement(Contact, 50));

        ada.Machine.People.Withdrawn(ada.Now, Announcement(Contact, 50).Key, Announcement(Contact, 51).Source);
        Assert.Single(ada.Machine.People.All);

        ada.Machine.People.Withdrawn(ada.Now, Announcement(Contact, 50).Key, Announcement(Contact, 50).Source);
        Assert.Empty(ada.Machine.People.All);
    }

    [Fact]
    public void One_address_announces_few_people_and_all_together_a_bounded_number()
    {
        var ada = new LoneMachine(PeerCollaborationScope.NearMe);
        for (int i = 0; i < 200; i++)
        {
            ada.Machine.Announced(ada.Now, Announcement(1000 + i, 50));
        }

        Assert.Equal(CollaborationLimits.PeopleOfSource, ada.Machine.People.Count);
        for (int i = 0; i < 3000; i++)
        {
            ada.Machine.Announced(ada.Now, Announcement(5000 + i, 100 + i));
        }

        Assert.Equal(CollaborationLimits.People, ada.Machine.People.Count);
        ada.Pass(TimeSpan.FromSeconds(200));
        Assert.Equal(0, ada.Machine.People.Count);
    }

    [Fact]
    public void What_does_not_fit_is_not_shown_as_it_was_before()
    {
        var ada = new LoneMachine();
        RemoteLink mallory = ada.Connect(Mallory);
        Ask(ada, Mallory);
        for (int i = 0; i < 16; i++)
        {
            mallory.Say(Object(i, i == 15 ? 10_000 : PeerObject.MaximumData));
        }

        mallory.Say(Object(15, PeerObject.MaximumData));

        Assert.DoesNotContain(new ItemKey(ItemKind.Object, LoneMachine.IdOf(15)), ada.Machine.Watching.All.Single().Items.Keys);
    }

    [Fact]
    public void The_oldest_gives_way_also_after_many_have_ended()
    {
        var ada = new LoneMachine();
        for (int stranger = 10; stranger < 800; stranger++)
        {
            ada.Pass(TimeSpan.FromSeconds(3));
            CollaborationMessage.Invite invite = Invite();
            RemoteLink link = ada.Connect(stranger);
            link.Say(invite);
            if (stranger < 500)
            {
                link.Say(new CollaborationMessage.Cancel(invite.Id, CancelReason.Cancelled));
            }
        }

        Guid[] waiting = [.. ada.Waiting.Select(one => one.Id)];
        Assert.Equal([.. Enumerable.Range(_lastInvitation - 63, 64).Select(LoneMachine.IdOf)], waiting);
    }

    [Fact]
    public void However_many_people_there_seem_to_be_an_announcement_is_one_that_others_take()
    {
        var ada = new LoneMachine(PeerCollaborationScope.NearMe);
        for (int i = 0; i < CollaborationLimits.People; i++)
        {
            ada.Machine.Announced(ada.Now, Announcement(5000 + i, 100 + i));
        }

        ada.Pass(TimeSpan.FromSeconds(80));

        Assert.Equal(NearHello.MaximumLifetime, ada.Effects.OfType<CollaborationEffect.Announce>().Last().Lifetime);
    }

    private static void Ask(LoneMachine ada, int person)
    {
        ada.Machine.Refresh(ada.Now, person, new(LoneMachine.NameOf(person).Authority, LoneMachine.IdOf(person)), LoneMachine.NameOf(person));
        ada.Settle();
    }

    private static void Send(LoneMachine ada, Guid id, int person, Guid? endpoint)
    {
        var draft = new PeerInvitation
        {
            Id = id,
            Direction = PeerInvitationDirection.Sent,
            State = PeerInvitationState.Pending,
            Kind = PeerInvitationKind.Application,
            Contact = LoneMachine.NameOf(person).Value,
            Endpoint = endpoint,
            ApplicationId = id,
        };
        Assert.True(ada.Machine.Invite(ada.Now, draft, TimeSpan.FromSeconds(30)));
        ada.Settle();
    }

    private static CollaborationMessage.Publish Object(int id, int length) =>
        new(new PublishedItem.SharedObject(LoneMachine.IdOf(id), new byte[length]));

    private static Announcement Announcement(int person, int source)
    {
        var address = new System.Net.IPEndPoint(new System.Net.IPAddress(BitConverter.GetBytes(0x0A000001 + source)), 4000);
        return new(
            LoneMachine.NameOf(person),
            LoneMachine.IdOf(person),
            "somebody",
            "somewhere",
            [address],
            TimeSpan.FromSeconds(150),
            AddressBlock.OfNeighbor(address.Address));
    }

    private CollaborationMessage.Invite Invite() => new(LoneMachine.IdOf(++_lastInvitation), 3600, "chess?", LoneMachine.IdOf(9), []);
}
