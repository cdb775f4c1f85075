using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Core;
using PeerNet.Engine.Node;
using PeerNet.Engine.Tests.Graphing.Hosting;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Collaboration.Hosting;

/// <summary>Nodes with people, from sign-in to an accepted invitation, as their owners see it.</summary>
public sealed class CollaborationServiceTests : IAsyncLifetime
{
    private readonly FakeMulticast _link = new();
    private readonly FakeLocator _names = new();
    private PersonRig _ada = null!;
    private PersonRig _bob = null!;

    public async Task InitializeAsync()
    {
        _ada = await PersonRig.StartAsync(_link, _names, "Ada");
        _bob = await PersonRig.StartAsync(_link, _names, "Bob");
    }

    public async Task DisposeAsync()
    {
        await _ada.DisposeAsync();
        await _bob.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_is_published_before_somebody_signs_in()
    {
        await _ada.AddAsync(_bob);

        Assert.Empty(_link.Members());
        Assert.Empty(_names.Published);
        Assert.DoesNotContain("Collaboration", _ada.Node.GetStatus().Ports.Keys);
    }

    [Fact]
    public async Task People_near_see_each_other_and_each_other_s_presence()
    {
        await _ada.SignInAsync();
        await _bob.SignInAsync();

        await PersonRig.UntilAsync(async () => (await _ada.Service.GetPeopleNearMeAsync(default)).Count == 1);
        PeerPersonNearMe bob = Assert.Single(await _ada.Service.GetPeopleNearMeAsync(default));
        Assert.Equal("Bob", bob.Nickname);
        Assert.False(bob.IsContact);

        PeerPresence presence = await _ada.Service.GetEndpointPresenceAsync(
            bob.Endpoint.ToString(), PersonRig.Patience, default);
        Assert.Equal(PeerPresenceStatus.Online, presence.Status);
        Assert.Equal("Bob", presence.DisplayName);
    }

    [Fact]
    public async Task Both_ends_of_a_connection_show_the_same_six_digits()
    {
        await _ada.SignInAsync();
        await _bob.SignInAsync();
        await PersonRig.UntilAsync(async () => (await _ada.Service.GetPeopleNearMeAsync(default)).Count == 1);

        PeerEndpoint bob = await _ada.Service.RefreshAsync(await _bob.EndpointAsync(), PersonRig.Patience, default);
        PeerEndpoint ada = Assert.Single(await _bob.Service.GetEndpointsAsync(default));

        Assert.Matches("^[0-9]{6}$", bob.AuthenticationString);
        Assert.Equal(bob.AuthenticationString, ada.AuthenticationString);
        Assert.Equal(_bob.Service.GetMe(null).Fingerprint, bob.Fingerprint);
        Assert.Equal(_ada.Service.GetMe(null).Fingerprint, ada.Fingerprint);
    }

    [Theory]
    [InlineData(PeerCollaborationScope.NearMe)]
    [InlineData(PeerCollaborationScope.Internet)]
    public async Task A_contact_s_presence_is_pushed(PeerCollaborationScope scope)
    {
        await _ada.AddAsync(_bob);
        await _bob.AddAsync(_ada);
        await _ada.SignInAsync(scope);
        await _bob.SignInAsync(scope);
        await PersonRig.UntilAsync(async () => (await _ada.PresenceOfAsync(_bob)).Status == PeerPresenceStatus.Online);

        await _bob.Service.SetPresenceAsync(new() { Status = PeerPresenceStatus.Busy, Text = "writing" }, default);
        await PersonRig.UntilAsync(async () => (await _ada.PresenceOfAsync(_bob)) is { Status: PeerPresenceStatus.Busy, Text: "writing" });

        await _bob.Service.SignOutAsync(PeerCollaborationScope.All, default);
        await PersonRig.UntilAsync(async () => (await _ada.PresenceOfAsync(_bob)) is { Status: PeerPresenceStatus.Offline, Updated: null });
        Assert.Contains(_ada.Events, one => one.Type == PeerEventType.PresenceChanged && one.Source == _bob.Person);
    }

    [Fact]
    public async Task Who_is_blocked_sees_somebody_who_is_offline()
    {
        await _ada.AddAsync(_bob);
        await _bob.AddAsync(_ada);
        await _ada.SignInAsync(PeerCollaborationScope.All);
        await _bob.SignInAsync(PeerCollaborationScope.All);
        await PersonRig.UntilAsync(async () => (await _bob.PresenceOfAsync(_ada)).Status == PeerPresenceStatus.Online);

        await _ada.Service.ChangeContactAsync(_bob.Person, new() { WatchPermission = PeerWatchPermission.Blocked }, default);
        await PersonRig.UntilAsync(async () => (await _bob.PresenceOfAsync(_ada)).Status == PeerPresenceStatus.Offline);

        PeerInvitation sent = await _bob.Service.InviteAsync(
            new() { Contact = _ada.Person, ApplicationId = Guid.NewGuid(), Lifetime = TimeSpan.FromSeconds(1) }, default);
        Assert.Equal(PeerInvitationState.Expired, (await _bob.Service.WaitForInvitationAsync(sent.Id, default)).State);
        Assert.Empty(await _ada.ReceivedAsync());
    }

    [Fact]
    public async Task Objects_are_seen_by_those_near()
    {
        await _ada.SignInAsync();
        await _bob.SignInAsync();
        Guid id = Guid.NewGuid();
        await _bob.Service.SetObjectAsync(id, [1, 2, 3], PeerCollaborationScope.NearMe, default);
        await _bob.Service.SetObjectAsync(Guid.NewGuid(), [4], PeerCollaborationScope.Internet, default);

        PeerObject seen = Assert.Single(
            await _ada.Service.GetObjectsAsync(await _bob.EndpointAsync(), PersonRig.Patience, default));

        Assert.Equal(id, seen.Id);
        Assert.Equal([1, 2, 3], seen.Data);
        Assert.Equal(_bob.Person, seen.Owner);
    }

    [Fact]
    public async Task An_invitation_is_accepted_and_both_know()
    {
        await _ada.AddAsync(_bob);
        await _bob.AddAsync(_ada);
        await _ada.SignInAsync();
        await _bob.SignInAsync();

        PeerInvitation sent = await _ada.Service.InviteAsync(
            new() { Contact = _bob.Person, ApplicationId = Guid.NewGuid(), Data = [7], Message = "chess?", Lifetime = TimeSpan.FromMinutes(5) },
            default);
        await PersonRig.UntilAsync(async () => (await _bob.ReceivedAsync()).Count == 1);
        PeerInvitation received = Assert.Single(await _bob.ReceivedAsync());
        Assert.Equal("chess?", received.Message);
        Assert.Equal([7], received.Data);
        Assert.True(received.IsContact);

        PeerInvitation answered = await _bob.Service.CompleteInvitationAsync(
            received.Id, PeerInvitationResponse.Accept, isLaunched: false, PersonRig.Patience, default);

        Assert.Equal(PeerInvitationState.Accepted, answered.State);
        Assert.Equal(PeerInvitationState.Accepted, (await _ada.Service.WaitForInvitationAsync(sent.Id, default)).State);
        Assert.Contains(_bob.Events, one => one.Type == PeerEventType.InvitationReceived);
    }

    [Fact]
    public async Task Contacts_are_there_after_a_restart()
    {
        await _ada.AddAsync(_bob, new() { Nickname = "Bobby" });

        await _ada.RestartAsync();

        PeerContact bob = Assert.Single(await _ada.Service.GetContactsAsync(default));
        Assert.Equal("Bobby", bob.Nickname);
        Assert.Equal(_bob.Person, bob.PeerName);
    }

    [Fact]
    public async Task Who_cannot_be_heard_on_any_link_is_told_so_for_as_long_as_it_is_so()
    {
        _link.IsJoiningForbidden = true;
        await _ada.SignInAsync();
        Assert.NotNull(_ada.Service.Notice);

        await _ada.SignInAsync();
        Assert.NotNull(_ada.Service.Notice);
    }

    [Fact]
    public async Task Presence_cannot_be_set_before_sign_in()
    {
        PeerException failure = await Assert.ThrowsAsync<PeerException>(
            () => _ada.Service.SetPresenceAsync(new() { Status = PeerPresenceStatus.Busy }, default));

        Assert.Equal(PeerErrors.NotSignedIn, failure.Error);
    }
}
