using System.Net;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping;

/// <summary>What others see of a group's members.</summary>
internal static class GroupMembers
{
    /// <summary>The members that are known, by friendly name.</summary>
    public static async Task<IReadOnlyList<PeerGroupMember>> ListAsync(
        GraphService graphs, GroupSecurity security, CancellationToken cancellationToken)
    {
        IReadOnlyList<PeerGraphNode> nodes =
            await graphs.GetNodesAsync(security.Group.Value, cancellationToken).ConfigureAwait(false);
        ILookup<string, PeerGraphNode> byPeer = nodes.ToLookup(node => node.PeerId);
        return security.Ask<IReadOnlyList<PeerGroupMember>>(
            (members, now) =>
            [
                .. members.Members
                    .Select(member => Describe(security, members, member, now, [.. byPeer[member.Value]]))
                    .OrderBy(member => member.FriendlyName, StringComparer.OrdinalIgnoreCase)
                    .ThenBy(member => member.PeerName, StringComparer.Ordinal),
            ],
            []);
    }

    private static PeerGroupMember Describe(
        GroupSecurity security, MemberList members, PeerName member, PeerTime now, PeerGraphNode[] nodes)
    {
        GroupCredential? current = members.Current(member, now);
        GroupCredential shown = current ?? members.Find(member).MaxBy(one => one.NotAfter)!;
        Revocation? revocation = current is null ? members.RevocationOf(member, now) : null;
        MembershipChain chain = shown.Chain;
        return new()
        {
            Group = security.Group.Value,
            PeerName = member.Value,
            FriendlyName = CertificateName.ReadCommonName(chain.Leaf.Subject.Span) ?? member.Value,
            Role = shown.Role,
            State = current is not null ? PeerMembership.Valid
                : revocation is not null ? PeerMembership.Revoked
                : now < shown.NotBefore ? PeerMembership.NotYetValid
                : PeerMembership.Expired,
            Reason = revocation is { Reason.Length: > 0 } ? revocation.Reason : null,
            IsPresent = current is not null && nodes.Length > 0,
            IsSelf = member == security.Self,
            IsCreator = member == security.Creator,
            Addresses = [.. nodes.SelectMany(node => node.Addresses).Distinct<IPEndPoint>()],
            NodeIds = [.. nodes.Select(node => node.NodeId).Distinct()],
            CredentialValidFrom = chain.Leaf.NotBefore,
            CredentialValidTo = chain.Leaf.NotAfter,
            Issuer = chain.Depth == 1 ? security.Group.Value : chain.Certificates[^2].SubjectPeerName ?? "",
            Certificate = X509CertificateLoader.LoadCertificate(chain.Leaf.RawData.Span),
        };
    }
}
