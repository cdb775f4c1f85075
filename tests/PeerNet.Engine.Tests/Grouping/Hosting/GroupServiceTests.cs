using PeerNet.Engine.Core;
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
}
