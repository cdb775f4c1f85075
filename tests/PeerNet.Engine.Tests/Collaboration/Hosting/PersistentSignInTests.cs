using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Tests.Graphing.Hosting;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Collaboration.Hosting;

public sealed class PersistentSignInTests : IAsyncLifetime
{
    private readonly FakeMulticast _link = new();
    private PersonRig _ada = null!;

    private string File => Path.Combine(_ada.Folder, "collaboration", "sign-in.json");

    public async Task InitializeAsync() => _ada = await PersonRig.StartAsync(_link, new FakeLocator(), "Ada");

    public async Task DisposeAsync() => await _ada.DisposeAsync();

    [Fact]
    public async Task A_sign_in_that_is_to_last_is_done_again_as_it_was()
    {
        await SignInAsync(new()
        {
            Scope = PeerCollaborationScope.NearMe,
            EndpointName = "desk",
            DisplayName = "Countess",
            Status = PeerPresenceStatus.Away,
            IsPersistent = true,
        });

        PeerPresence again = await RestartAsync();

        Assert.Equal((PeerCollaborationScope.NearMe, PeerCollaborationScope.NearMe), (again.SignInScope, again.PersistentScope));
        Assert.Equal(("desk", "Countess", PeerPresenceStatus.Away), (again.EndpointName, again.DisplayName, again.Status));
    }

    [Fact]
    public async Task One_that_is_not_ends_with_the_node()
    {
        await SignInAsync(new());

        PeerPresence again = await RestartAsync();

        Assert.Equal((PeerCollaborationScope.None, PeerCollaborationScope.None), (again.SignInScope, again.PersistentScope));
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task Scopes_come_and_go_one_by_one()
    {
        await SignInAsync(new() { Scope = PeerCollaborationScope.NearMe, DisplayName = "Countess", IsPersistent = true });
        await SignInAsync(new() { Scope = PeerCollaborationScope.Internet, IsPersistent = true });
        await SignInAsync(new() { Scope = PeerCollaborationScope.NearMe });
        PeerPresence both = await RestartAsync();
        Assert.Equal((PeerCollaborationScope.All, "Countess"), (both.PersistentScope, both.DisplayName));

        await _ada.Service.SignOutAsync(PeerCollaborationScope.Internet, default);
        Assert.Equal(PeerCollaborationScope.NearMe, (await RestartAsync()).SignInScope);

        await SignInAsync(new() { Scope = PeerCollaborationScope.NearMe, IsPersistent = false });
        Assert.Equal(PeerCollaborationScope.None, (await RestartAsync()).SignInScope);
    }

    [Fact]
    public async Task Somebody_else_takes_the_place()
    {
        await SignInAsync(new() { DisplayName = "Countess", IsPersistent = true });
        await _ada.Service.SignOutAsync(PeerCollaborationScope.All, default);
        PeerIdentity other = _ada.Node.Identities.Create("Babbage", classifier: null, suite: null, makeDefault: false, password: []);

        await SignInAsync(new() { Identity = other.PeerName.Value, IsPersistent = true });

        PeerPresence again = await RestartAsync();
        Assert.Equal((other.PeerName.Value, "Babbage"), (again.Contact, again.DisplayName));
    }

    [Fact]
    public async Task Who_is_gone_is_a_notice_until_the_sign_out()
    {
        PeerIdentity other = _ada.Node.Identities.Create("Babbage", classifier: null, suite: null, makeDefault: false, password: []);
        await SignInAsync(new() { Identity = other.PeerName.Value, IsPersistent = true });
        await _ada.Service.SignInAsync(new() { IsPersistent = null }, default);
        string kept = await System.IO.File.ReadAllTextAsync(File);
        await System.IO.File.WriteAllTextAsync(File, kept.Replace(other.PeerName.Value, $"{new string('a', 40)}.", StringComparison.Ordinal));

        PeerPresence again = await RestartAsync();

        Assert.Equal((PeerCollaborationScope.None, PeerCollaborationScope.NearMe), (again.SignInScope, again.PersistentScope));
        Assert.Contains("Disconnect-PeerCollaboration", Assert.Single(_ada.Node.Notices));
        Assert.True(await _ada.Service.SignOutAsync(PeerCollaborationScope.All, default));
        await RestartAsync();
        Assert.Empty(_ada.Node.Notices);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"Version":1,"Settings":{"Scope":"NearMe"}}""")]
    [InlineData("""{"Version":1,"Settings":{"Scope":9,"Identity":"0.a"}}""")]
    public async Task A_damaged_file_is_told_stays_and_harms_nothing_else(string content)
    {
        await System.IO.File.WriteAllTextAsync(File, content);
        await RestartAsync();

        Assert.Contains("sign-in.json", Assert.Single(_ada.Node.Notices));
        await Assert.ThrowsAsync<PeerException>(() => SignInAsync(new() { IsPersistent = true }));
        await SignInAsync(new());
        Assert.True(await _ada.Service.SignOutAsync(PeerCollaborationScope.All, default));
        Assert.Equal(content, await System.IO.File.ReadAllTextAsync(File));
    }

    [Fact]
    public async Task Nobody_could_give_a_password_at_the_start()
    {
        PeerIdentity locked = _ada.Node.Identities.Create("Locked", classifier: null, suite: null, makeDefault: false, password: "secret words");

        PeerException failure = await Assert.ThrowsAsync<PeerException>(
            () => SignInAsync(new() { Identity = locked.PeerName.Value, IsPersistent = true }));

        Assert.Contains("password", failure.Message);
        Assert.Equal(PeerCollaborationScope.None, _ada.Service.SignedInScope);
        Assert.False(System.IO.File.Exists(File));
    }

    private Task<PeerPresence> SignInAsync(PeerSignIn request) => _ada.Service.SignInAsync(request, default).WaitAsync(PersonRig.Patience);

    private async Task<PeerPresence> RestartAsync()
    {
        await _ada.RestartAsync();
        return await _ada.Service.GetOwnPresenceAsync(default);
    }
}
