using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Collaboration.Protocol.Messages;

namespace PeerNet.Engine.Tests.Collaboration.Protocol;

/// <summary>Who sees what (PROTOCOL.md 4.3).</summary>
public sealed class AudienceTests
{
    private const int Bob = 1;

    private static readonly Guid NearObject = LoneMachine.IdOf(101);
    private static readonly Guid FarObject = LoneMachine.IdOf(102);

    [Fact]
    public void Who_is_blocked_is_sent_what_everybody_is_sent_of_somebody_who_is_offline()
    {
        var blocking = new LoneMachine();
        blocking.Know(Bob, isBlocked: true);
        var hiding = new LoneMachine();
        hiding.Know(Bob);
        hiding.Machine.SetPresence(hiding.Now, PeerPresenceStatus.Offline, "", "desk", "Ada");

        (TimeSpan, string)[] toBlocked = Watch(blocking, PeerPresenceStatus.Busy, PeerPresenceStatus.Online);
        (TimeSpan, string)[] toOthers = Watch(hiding, PeerPresenceStatus.Offline, PeerPresenceStatus.Offline);

        Assert.NotEmpty(toBlocked);
        Assert.Equal(toOthers, toBlocked);
        Assert.Empty(blocking.Waiting);
    }

    [Fact]
    public void Who_is_blocked_now_is_told_what_everybody_is_told_when_somebody_goes_offline()
    {
        var blocking = new LoneMachine();
        blocking.Know(Bob);
        RemoteLink blocked = Subscribe(blocking);
        blocking.Know(Bob, isBlocked: true);
        var hiding = new LoneMachine();
        hiding.Know(Bob);
        RemoteLink other = Subscribe(hiding);
        hiding.Machine.SetPresence(hiding.Now, PeerPresenceStatus.Offline, "", "desk", "Ada");
        hiding.Settle();

        Assert.Contains(blocked.Messages, message =>
            message is CollaborationMessage.Publish { Item: PublishedItem.Gone { Key: var key } } && key == ItemKey.Presence);
        Assert.Equal(Transcript(other), Transcript(blocked));
    }

    [Theory]
    [InlineData(PeerCollaborationScope.All, true, false, true, true, false)]
    [InlineData(PeerCollaborationScope.All, true, true, true, true, true)]
    [InlineData(PeerCollaborationScope.All, false, true, true, false, true)]
    [InlineData(PeerCollaborationScope.All, false, false, false, false, false)]
    [InlineData(PeerCollaborationScope.NearMe, true, true, true, true, false)]
    [InlineData(PeerCollaborationScope.Internet, true, true, true, false, true)]
    [InlineData(PeerCollaborationScope.Internet, true, false, false, false, false)]
    public void What_is_seen_follows_from_where_somebody_is_and_whether_he_is_a_contact(
        PeerCollaborationScope signedIn, bool isNear, bool isContact, bool seesPresence, bool seesNear, bool seesFar)
    {
        var ada = new LoneMachine(signedIn);
        if (isContact)
        {
            ada.Know(Bob);
        }

        ada.Machine.Show(ada.Now, new PublishedItem.SharedObject(NearObject, [1]), PeerCollaborationScope.NearMe);
        ada.Machine.Show(ada.Now, new PublishedItem.SharedObject(FarObject, [2]), PeerCollaborationScope.Internet);
        RemoteLink bob = ada.Connect(Bob, isNear);
        bob.Say(new CollaborationMessage.Query(5));

        ItemKey[] seen = [.. bob.Messages.OfType<CollaborationMessage.Publish>().Select(publish => publish.Item.Key)];
        Assert.Equal(seesPresence, seen.Contains(ItemKey.Presence));
        Assert.Equal(seesNear, seen.Contains(new ItemKey(ItemKind.Object, NearObject)));
        Assert.Equal(seesFar, seen.Contains(new ItemKey(ItemKind.Object, FarObject)));
        Assert.Contains(new CollaborationMessage.Complete(5), bob.Messages);
    }

    [Fact]
    public void Nobody_off_the_link_is_let_in_by_somebody_who_is_signed_in_on_the_link_alone()
    {
        var ada = new LoneMachine(PeerCollaborationScope.NearMe);

        Assert.True(ada.Enter(Bob, isNear: false).IsClosed);
        Assert.False(ada.Enter(Bob).IsClosed);
    }

    [Fact]
    public void Signing_out_of_a_scope_takes_away_what_only_that_scope_shows()
    {
        var ada = new LoneMachine();
        ada.Know(Bob);
        ada.Machine.Show(ada.Now, new PublishedItem.SharedObject(FarObject, [2]), PeerCollaborationScope.Internet);
        RemoteLink bob = Subscribe(ada);

        ada.Machine.SignOut(ada.Now, PeerCollaborationScope.Internet);
        ada.Settle();

        Assert.Contains(
            new CollaborationMessage.Publish(new PublishedItem.Gone(new ItemKey(ItemKind.Object, FarObject))), bob.Messages);
    }

    [Fact]
    public void A_former_contact_sees_what_a_stranger_sees()
    {
        var ada = new LoneMachine(PeerCollaborationScope.Internet);
        ada.Know(Bob);
        RemoteLink bob = ada.Connect(Bob, isNear: false);
        bob.Say(new CollaborationMessage.Subscribe(1, 600));
        Assert.Contains(bob.Messages, message => message is CollaborationMessage.Publish { Item: PublishedItem.Presence });

        ada.Machine.RemoveContact(ada.Now, LoneMachine.NameOf(Bob).Authority);
        ada.Settle();
        Assert.Equal(new CollaborationMessage.Publish(new PublishedItem.Gone(ItemKey.Presence)), bob.Messages.Last());
        int told = bob.Received.Count;

        ada.Machine.SetPresence(ada.Now, PeerPresenceStatus.Away, "", "desk", "Ada");
        ada.Settle();
        Assert.Equal(told, bob.Received.Count);
    }

    // All that a watcher can do, and all that the one who is watched does meanwhile.
    private static (TimeSpan, string)[] Watch(LoneMachine ada, PeerPresenceStatus first, PeerPresenceStatus second)
    {
        RemoteLink bob = ada.Connect(Bob, isNear: false);
        bob.Say(new CollaborationMessage.Subscribe(1, 3600));
        ada.Pass(TimeSpan.FromSeconds(3));
        ada.Machine.SetPresence(ada.Now, first, "writing", "desk", "Ada");
        ada.Machine.Show(ada.Now, new PublishedItem.SharedObject(FarObject, [2]), PeerCollaborationScope.All);
        ada.Machine.Show(ada.Now, new PublishedItem.Application(FarObject, "Chess", "", []), PeerCollaborationScope.All);
        ada.Settle();
        bob.Say(new CollaborationMessage.Query(2));
        bob.Say(new CollaborationMessage.Invite(LoneMachine.IdOf(200), 5, "chess?", FarObject, []));
        bob.Say(new CollaborationMessage.Ping(9));
        ada.Pass(TimeSpan.FromSeconds(7));
        ada.Machine.SetPresence(ada.Now, second, "back", "desk", "Ada");
        ada.Machine.Hide(ada.Now, new ItemKey(ItemKind.Object, FarObject));
        ada.Settle();
        bob.Say(new CollaborationMessage.Respond(LoneMachine.IdOf(201), InvitationAnswer.Accept));
        bob.Say(new CollaborationMessage.Unsubscribe());
        ada.Pass(TimeSpan.FromSeconds(20));
        return Transcript(bob);
    }

    private static RemoteLink Subscribe(LoneMachine ada)
    {
        RemoteLink bob = ada.Connect(Bob);
        bob.Say(new CollaborationMessage.Subscribe(1, 600));
        return bob;
    }

    private static (TimeSpan, string)[] Transcript(RemoteLink link) =>
        [.. link.Received.Select(one => (one.Time, Convert.ToHexString(one.Frame)))];
}
