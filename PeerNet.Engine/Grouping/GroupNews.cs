using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Grouping;

/// <summary>Finds out what has changed among a group's members since it was asked last, and tells the observer.</summary>
/// <param name="context">What the node's groups share.</param>
/// <param name="security">What the member knows.</param>
internal sealed class GroupNews(GroupContext context, GroupSecurity security)
{
    /// <summary>How long before a credential ends its members are warned.</summary>
    public static readonly TimeSpan Warning = TimeSpan.FromDays(7);

    private Dictionary<PeerName, Seen>? _seen;

    /// <summary>Tells what is new. The first time it only looks: what is there already is no news.</summary>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        Dictionary<PeerName, Seen> now = Look();
        Dictionary<PeerName, Seen>? before = _seen;
        _seen = now;
        if (before is null)
        {
            return;
        }

        List<(PeerGroupMemberChangeType Type, PeerName Member)> changes =
        [
            .. from pair in now
               let old = before.TryGetValue(pair.Key, out Seen known) ? known : default(Seen?)
               from type in Compare(old, pair.Value, pair.Key == security.Self)
               select (type, pair.Key),
        ];
        if (changes.Count == 0)
        {
            return;
        }

        Dictionary<string, PeerGroupMember> members = (await GroupMembers.ListAsync(
            context.Graphs, security, cancellationToken).ConfigureAwait(false)).ToDictionary(member => member.PeerName);
        foreach ((PeerGroupMemberChangeType type, PeerName member) in changes)
        {
            if (members.TryGetValue(member.Value, out PeerGroupMember? described))
            {
                context.Observer.MemberChanged(new(type, described));
            }
        }
    }

    private static IEnumerable<PeerGroupMemberChangeType> Compare(Seen? before, Seen now, bool isSelf)
    {
        if (before is not { } old)
        {
            yield return PeerGroupMemberChangeType.Added;
        }
        else if (now.IsRevoked && !old.IsRevoked)
        {
            yield return PeerGroupMemberChangeType.Revoked;
        }
        else if (now.Serial != old.Serial)
        {
            yield return isSelf ? PeerGroupMemberChangeType.Renewed : PeerGroupMemberChangeType.Changed;
        }

        if (now.EndsSoon && before is not { EndsSoon: true })
        {
            yield return PeerGroupMemberChangeType.ExpiresSoon;
        }
    }

    private Dictionary<PeerName, Seen> Look() => security.Ask(
        (members, now) => members.Members.ToDictionary(member => member, member => Look(members, member, now)), []);

    private static Seen Look(MemberList members, PeerName member, PeerTime now)
    {
        GroupCredential? current = members.Current(member, now);
        return current is not null
            ? new(current.SerialNumber, IsRevoked: false, current.NotAfter - now < Warning)
            : new(default, members.RevocationOf(member, now) is not null, EndsSoon: false);
    }

    private readonly record struct Seen(Bits128 Serial, bool IsRevoked, bool EndsSoon);
}
