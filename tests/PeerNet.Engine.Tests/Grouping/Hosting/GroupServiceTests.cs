using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Graphing.Hosting;

namespace PeerNet.Engine.Tests.Grouping.Hosting;

public sealed class GroupServiceTests : IAsyncLifetime
{
    private readonly FakeLocator _locator = new();
    private GroupRig _ada = null!;
    private GroupRig _bob = null!;

    public async Task InitializeAsync()
    {
        _ada = await GroupRig.StartAsync(_locator, "Ada");
        _bob = await GroupRig.StartAsync(_locator, "Bob");
    }

    public async Task DisposeAsync()
    {
        await _ada.DisposeAsync();
        await _bob.DisposeAsync();
    }

    [Fact]
    public async Task Who_makes_a_group_is_its_administrator_and_listens()
    {
        PeerGroup group = await _ada.CreateAsync(new() { Comment = "Fridays" });

        Assert.Equal("Chess", group.FriendlyName);
        Assert.Equal(PeerRole.Admin, group.Role);
        Assert.True(group.HasGroupKey);
        Assert.NotEqual(0, group.Port);
        Assert.Equal("Fridays", group.Properties!.Comment);
        Assert.Equal(_ada.Member, group.Properties.Creator);
        Assert.Equal(["Ada"], (await _ada.MembersAsync(group.PeerName)).Keys);
        Assert.Equal(group.Port, Assert.Single(_locator.Published).Port);
    }

    [Fact]
    public async Task Who_is_invited_joins_by_the_groups_name_and_shares_its_records()
    {
        string group = (await _ada.CreateAsync()).PeerName;
        await _ada.AddAsync(group, "from ada");

        PeerGroup joined = await _bob.JoinAsync(await _ada.InviteAsync(group, _bob));
        await _bob.AddAsync(group, "from bob");

        Assert.Equal(PeerRole.Member, joined.Role);
        await GroupRig.UntilAsync(async () => (await _ada.ReadAsync(group)).Length == 2);
        Assert.Equal(["from ada", "from bob"], await _ada.ReadAsync(group));
        Assert.Equal(["from ada", "from bob"], await _bob.ReadAsync(group));
        await GroupRig.UntilAsync(async () => (await _ada.MembersAsync(group)).Count == 2);
        Assert.Equal(PeerRole.Member, (await _ada.MembersAsync(group))["Bob"].Role);
        Assert.Equal(PeerRole.Admin, (await _bob.MembersAsync(group))["Ada"].Role);
    }

    [Fact]
    public async Task Who_knows_the_password_joins_by_it_and_nobody_else_does()
    {
        string group = (await _ada.CreateAsync(
            new() { Authentication = PeerGroupAuthentication.Both }, GroupRig.Password)).PeerName;
        string invitation = (await _ada.Groups.InviteByPasswordAsync(group, default)).Xml;

        PeerException refused = await Assert.ThrowsAsync<PeerException>(() => _bob.JoinAsync(invitation, "another password"));
        Assert.Equal(PeerErrors.NoMemberConnections, refused.Error);
        Assert.Empty(await _bob.Groups.ListAsync(default));

        PeerGroup joined = await _bob.JoinAsync(invitation, GroupRig.Password);
        Assert.Equal(PeerRole.Member, joined.Role);
        await _bob.AddAsync(group, "let in");
        await GroupRig.UntilAsync(async () => (await _ada.ReadAsync(group)).Length == 1);
    }

    [Fact]
    public async Task Who_is_removed_is_shown_the_door_and_stays_outside()
    {
        string group = (await _ada.CreateAsync()).PeerName;
        await _bob.JoinAsync(await _ada.InviteAsync(group, _bob));
        await _bob.AddAsync(group, "before");
        await GroupRig.UntilAsync(async () => (await _ada.ReadAsync(group)).Length == 1);

        await _ada.Groups.RevokeAsync(group, _bob.Member, "moved away", default);

        await GroupRig.UntilAsync(async () => (await _ada.Groups.ListAsync(default)).Single().Neighbors == 0);
        await GroupRig.UntilAsync(async () => (await _bob.Groups.ListAsync(default)).Single().Revocation is not null);
        Assert.Contains("moved away", (await _bob.Groups.ListAsync(default)).Single().Revocation, StringComparison.Ordinal);
        Assert.Equal(PeerMembership.Revoked, (await _ada.MembersAsync(group))["Bob"].State);
        Assert.Equal(["before"], await _ada.ReadAsync(group));
        PeerException notAuthorized = await Assert.ThrowsAsync<PeerException>(() => _bob.AddAsync(group, "after"));
        Assert.Equal(PeerErrors.NotAuthorized, notAuthorized.Error);
        Assert.Contains("moved away", notAuthorized.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_opens_its_groups_again()
    {
        string group = (await _ada.CreateAsync()).PeerName;
        await _bob.JoinAsync(await _ada.InviteAsync(group, _bob));
        await _bob.AddAsync(group, "kept");

        await _bob.RestartAsync();

        await GroupRig.UntilAsync(async () => (await _bob.Groups.ListAsync(default)).Single().Neighbors == 1);
        Assert.Equal(["kept"], await _bob.ReadAsync(group));
    }

    [Fact]
    public async Task A_promoted_member_invites_and_goes_on_when_the_creator_is_gone()
    {
        await using GroupRig carol = await GroupRig.StartAsync(_locator, "Carol");
        string group = (await _ada.CreateAsync()).PeerName;
        await _bob.JoinAsync(await _ada.InviteAsync(group, _bob));

        await _ada.Groups.IssueAsync(group, new() { Member = _bob.Member, Role = PeerRole.Admin }, default);
        await GroupRig.UntilAsync(async () => (await _bob.Groups.ListAsync(default)).Single().Role == PeerRole.Admin);
        await _ada.DisposeAsync();

        PeerGroup joined = await carol.JoinAsync(await _bob.InviteAsync(group, carol));
        await carol.AddAsync(group, "without ada");

        Assert.Equal(PeerRole.Member, joined.Role);
        await GroupRig.UntilAsync(async () => (await _bob.ReadAsync(group)).Length == 1);
        Assert.Equal(["Ada", "Bob", "Carol"], (await carol.MembersAsync(group)).Keys.Order());
        _ada = await GroupRig.StartAsync(_locator, "Ada");
    }

    [Fact]
    public async Task Who_loses_a_role_cannot_use_the_old_credential()
    {
        string group = (await _ada.CreateAsync()).PeerName;
        await _bob.JoinAsync(await _ada.InviteAsync(group, _bob, PeerRole.Admin));
        PeerRecord record = await _ada.AddAsync(group, "ada's");
        await GroupRig.UntilAsync(async () => (await _bob.ReadAsync(group)).Length == 1);
        await _bob.Groups.Graphs.UpdateRecordAsync(group, new() { Id = record.Id, Data = "changed by bob"u8.ToArray() }, default);

        await _ada.Groups.IssueAsync(group, new() { Member = _bob.Member, Role = PeerRole.Member }, default);
        await GroupRig.UntilAsync(async () => (await _bob.Groups.ListAsync(default)).Single().Role == PeerRole.Member);

        PeerException refused = await Assert.ThrowsAsync<PeerException>(() => _bob.Groups.Graphs.UpdateRecordAsync(
            group, new() { Id = record.Id, Data = "once more"u8.ToArray() }, default));
        Assert.Equal(PeerErrors.NotAuthorized, refused.Error);
        Assert.Equal(["changed by bob"], await _ada.ReadAsync(group));
        await _bob.AddAsync(group, "bob's own");
        await GroupRig.UntilAsync(async () => (await _ada.ReadAsync(group)).Length == 2);
    }

    [Fact]
    public async Task Who_was_removed_can_be_invited_again()
    {
        string group = (await _ada.CreateAsync()).PeerName;
        string first = await _ada.InviteAsync(group, _bob);
        await _bob.JoinAsync(first);
        await _ada.Groups.RevokeAsync(group, _bob.Member, "", default);
        await GroupRig.UntilAsync(async () => (await _bob.Groups.ListAsync(default)).Single().Revocation is not null);
        await _bob.Groups.RemoveAsync(group, identity: null, isForced: true, default);

        PeerException outside = await Assert.ThrowsAsync<PeerException>(() => _bob.JoinAsync(first));
        Assert.Equal(PeerErrors.NoMemberConnections, outside.Error);

        // Certificates know seconds: the new one begins with the second after the revocation.
        string second = await _ada.InviteAsync(group, _bob);
        DateTimeOffset? begins = _bob.Groups.ReadInvitation(second).ValidFrom;
        await GroupRig.UntilAsync(() => Task.FromResult(DateTimeOffset.UtcNow >= begins));
        PeerGroup again = await _bob.JoinAsync(second);
        await _bob.AddAsync(group, "back");
        await GroupRig.UntilAsync(async () => (await _ada.ReadAsync(group)).Length == 1);
        Assert.Null(again.Revocation);
        Assert.Equal(PeerMembership.Valid, (await _ada.MembersAsync(group))["Bob"].State);
    }

    [Fact]
    public async Task Whom_a_removed_administrator_had_invited_stays()
    {
        await using GroupRig carol = await GroupRig.StartAsync(_locator, "Carol");
        string group = (await _ada.CreateAsync()).PeerName;
        await _bob.JoinAsync(await _ada.InviteAsync(group, _bob, PeerRole.Admin));
        await carol.JoinAsync(await _bob.InviteAsync(group, carol));
        await GroupRig.UntilAsync(async () => (await _ada.MembersAsync(group)).ContainsKey("Carol"));

        await _ada.Groups.RevokeAsync(group, _bob.Member, "", default);

        await GroupRig.UntilAsync(async () => (await carol.MembersAsync(group))["Bob"].State == PeerMembership.Revoked);
        await carol.AddAsync(group, "still here");
        await GroupRig.UntilAsync(async () => (await _ada.ReadAsync(group)).Contains("still here"));
        PeerException forbidden = await Assert.ThrowsAsync<PeerException>(() => _bob.InviteAsync(group, carol));
        Assert.Equal(PeerErrors.NotAuthorized, forbidden.Error);
    }

    [Fact]
    public async Task A_members_configuration_goes_to_another_machine_and_goes_on_there()
    {
        string group = (await _ada.CreateAsync()).PeerName;
        await _bob.JoinAsync(await _ada.InviteAsync(group, _bob));
        string identity = _ada.Node.Identities.Export(_ada.Member, GroupRig.Password);
        string configuration = await _ada.Groups.ExportAsync(group, null, GroupRig.Password.AsMemory(), default);
        await _ada.DisposeAsync();

        _ada = await GroupRig.StartAsync(_locator, "New machine");
        PeerException missing = await Assert.ThrowsAsync<PeerException>(
            () => _ada.Groups.ImportAsync(configuration, GroupRig.Password.AsMemory(), isForced: false, default));
        Assert.Equal(PeerErrors.IdentityNotFound, missing.Error);
        _ada.Node.Identities.Import(identity, GroupRig.Password, makeDefault: true, force: false);
        PeerGroup imported = await _ada.Groups.ImportAsync(configuration, GroupRig.Password.AsMemory(), isForced: false, default);
        PeerException present = await Assert.ThrowsAsync<PeerException>(
            () => _ada.Groups.ImportAsync(configuration, GroupRig.Password.AsMemory(), isForced: false, default));
        await _ada.Groups.ConnectAsync(new() { Group = group }, null, default).WaitAsync(GroupRig.Patience);
        PeerGroup changed = await _ada.Groups.ChangeAsync(group, new() { FriendlyName = "Chess and checkers" }, default, default);

        Assert.Equal(PeerErrors.AlreadyExists, present.Error);
        Assert.True(imported.HasGroupKey);
        Assert.Equal("Chess and checkers", changed.FriendlyName);
        await GroupRig.UntilAsync(
            async () => (await _bob.Groups.ListAsync(default)).Single().FriendlyName == "Chess and checkers");
    }

    [Fact]
    public async Task An_older_invitation_does_not_take_a_role_away()
    {
        string group = (await _ada.CreateAsync()).PeerName;
        string member = await _ada.InviteAsync(group, _bob);
        await _bob.JoinAsync(await InviteLaterAsync(group));
        await _bob.Groups.DisconnectAsync(group, default);

        PeerGroup same = await _bob.Groups.JoinAsync(new() { Invitation = member }, default, null, default);

        Assert.Equal(PeerRole.InvitingMember, same.Role);
    }

    [Fact]
    public async Task An_invitation_for_somebody_else_says_so()
    {
        await using GroupRig carol = await GroupRig.StartAsync(_locator, "Carol");
        string group = (await _ada.CreateAsync()).PeerName;

        string invitation = await _ada.InviteAsync(group, carol);
        PeerException refused = await Assert.ThrowsAsync<PeerException>(() => _bob.JoinAsync(invitation));

        Assert.Equal(PeerErrors.InvalidCredential, refused.Error);
        Assert.Contains(carol.Member, refused.Message, StringComparison.Ordinal);
        Assert.False(_bob.Groups.ReadInvitation(invitation).IsTrusted);
    }

    [Fact]
    public async Task Changes_of_members_are_told()
    {
        string group = (await _ada.CreateAsync()).PeerName;
        await _bob.JoinAsync(await _ada.InviteAsync(group, _bob));
        await GroupRig.UntilAsync(() => Told(_ada, PeerGroupMemberChangeType.Added));

        await _ada.Groups.IssueAsync(group, new() { Member = _bob.Member, Role = PeerRole.Admin }, default);
        await GroupRig.UntilAsync(() => Told(_ada, PeerGroupMemberChangeType.Changed));
        await GroupRig.UntilAsync(() => Told(_bob, PeerGroupMemberChangeType.Renewed));

        await _ada.Groups.IssueAsync(group, new() { Member = _bob.Member, Lifetime = TimeSpan.FromDays(3) }, default);
        await GroupRig.UntilAsync(() => Told(_bob, PeerGroupMemberChangeType.ExpiresSoon));

        await _ada.Groups.RevokeAsync(group, _bob.Member, "", default);
        await GroupRig.UntilAsync(() => Told(_ada, PeerGroupMemberChangeType.Revoked));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_administrators_node_renews_what_ends_soon_unless_it_is_told_not_to(bool renews)
    {
        string group = (await _ada.CreateAsync()).PeerName;
        await _ada.Groups.ChangeAsync(group, new() { RenewsCredentials = renews }, default, default);
        DateTimeOffset end = DateTimeOffset.UtcNow.AddHours(1);
        string invitation = (await _ada.Groups.InviteAsync(
            group, new() { Certificate = _bob.Node.Identities.Default!.Certificate, Expires = end }, default)).Xml;
        await _bob.JoinAsync(invitation);
        await GroupRig.UntilAsync(() => Told(_ada, PeerGroupMemberChangeType.Added));

        if (renews)
        {
            await GroupRig.UntilAsync(async () => (await _bob.Groups.ListAsync(default)).Single().CredentialExpires > end);
        }
        else
        {
            PeerGroup changed = await _ada.Groups.ChangeAsync(group, new(), default, default);
            Assert.False(changed.RenewsCredentials);
            Assert.True((await _ada.MembersAsync(group))["Bob"].CredentialValidTo <= end);
        }
    }

    [Fact]
    public async Task An_identity_that_is_a_member_cannot_be_removed()
    {
        await _ada.CreateAsync();

        PeerException refused = Assert.Throws<PeerException>(() => _ada.Node.Identities.Remove(_ada.Member));

        Assert.Equal(PeerErrors.GroupsExist, refused.Error);
        Assert.Contains("Chess", refused.Message, StringComparison.Ordinal);
    }

    private static Task<bool> Told(GroupRig rig, PeerGroupMemberChangeType type) =>
        Task.FromResult(rig.Changes.Any(change => change.Type == type && change.Member.FriendlyName == "Bob"));

    // Certificates know seconds; of two of the same second nobody can say which is the later one, but by their end.
    private async Task<string> InviteLaterAsync(string group) => (await _ada.Groups.InviteAsync(
        group,
        new()
        {
            Certificate = _bob.Node.Identities.Default!.Certificate,
            Role = PeerRole.InvitingMember,
            Expires = DateTimeOffset.UtcNow.AddDays(700),
        },
        default)).Xml;
}
