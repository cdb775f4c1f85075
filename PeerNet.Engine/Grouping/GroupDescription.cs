using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Grouping.Storage;

namespace PeerNet.Engine.Grouping;

/// <summary>What others see of a group.</summary>
internal static class GroupDescription
{
    /// <summary>The security version of groups.</summary>
    public static readonly Version SecurityVersion = new(GroupSecurityVersion.Major, GroupSecurityVersion.Minor);

    /// <summary>A group that is open.</summary>
    public static PeerGroup Of(GroupRoom room, PeerGraph graph)
    {
        GroupSecurity security = room.Security;
        SecurityProperties? properties = security.Properties;
        Revocation? revocation = security.FindRevocation();
        return Describe(room.Stored, security.Last) with
        {
            FriendlyName = properties?.FriendlyName ?? room.Stored.FriendlyName,
            IsOpen = true,
            Status = graph.Status,
            Scope = room.Scope,
            Revocation = revocation is null ? null : GroupSecurity.Describe(revocation, security.Self),
            Port = graph.Port,
            Members = security.Ask((members, now) => members.Members.Count(member => members.Current(member, now) is not null), 0),
            Neighbors = graph.Neighbors,
            Records = graph.Records,
            PeerTimeDelta = graph.PeerTimeDelta,
            Properties = properties is null ? null : Translate(properties),
        };
    }

    /// <summary>A group that is closed.</summary>
    public static PeerGroup OfClosed(StoredGroup stored) => Describe(
        stored,
        stored.Chain is { } chain && MembershipChain.TryRead(chain, out MembershipChain? read)
            ? GroupCredential.From(read, stored.Group, out _)
            : null);

    /// <summary>Properties as they are shown.</summary>
    public static PeerGroupProperties Translate(SecurityProperties properties) => new()
    {
        Comment = properties.Comment,
        Classifier = properties.Group.Classifier,
        Creator = properties.Creator.Value,
        MemberLifetime = properties.MembershipLifetime,
        PresenceLifetime = properties.PresenceLifetime,
        DisablePresence = properties.PresenceDisabled,
        DeferExpiration = properties.DefersExpiration,
        MemberDataOptional = properties.MemberDataOptional,
        Authentication = (properties.AcceptsCredentials ? PeerGroupAuthentication.Gmc : 0)
            | (properties.Password is null ? 0 : PeerGroupAuthentication.Password),
        PasswordRole = properties.Password?.Role,
    };

    private static PeerGroup Describe(StoredGroup stored, GroupCredential? credential) => new()
    {
        PeerName = stored.Group.Value,
        FriendlyName = stored.FriendlyName,
        Identity = stored.Identity.Value,
        Role = credential?.Role,
        Cloud = stored.Cloud,
        Scope = GroupClouds.TryGetScope(stored.Cloud, out PeerGraphScope scope) ? scope : PeerGraphScope.Any,
        SecurityVersion = SecurityVersion,
        CredentialValidFrom = credential?.Chain.Leaf.NotBefore,
        CredentialExpires = credential?.Chain.Leaf.NotAfter,
        HasGroupKey = stored.HasGroupKey,
        RenewsCredentials = stored.RenewsCredentials,
        IsPersistent = stored.IsActive,
    };
}
