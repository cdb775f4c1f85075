using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping;

/// <summary>Makes the records by which a member's credentials count no more.</summary>
internal static class GroupRevocations
{
    // How long after the last credential that it revokes a revocation is kept: clocks differ.
    private static readonly TimeSpan Margin = TimeSpan.FromDays(2);

    /// <summary>The Revocation record of a member's credentials, signed by this member, for whom it counts from now on.</summary>
    /// <param name="security">What this member knows and can prove.</param>
    /// <param name="known">The credential that is named; all others that began before fall with it.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="successors">The certificates that take their place and count on.</param>
    /// <param name="now">The time.</param>
    /// <param name="random">Where the id comes from.</param>
    /// <exception cref="PeerException">This member is no administrator, or the other one has issued too much.</exception>
    public static GraphRecord Make(
        GroupSecurity security,
        GroupCredential known,
        string reason,
        IReadOnlyCollection<PeerCertificate> successors,
        PeerTime now,
        IRandomSource random)
    {
        Bits128[] issued = Keep(security, known);
        var revocation = new Revocation
        {
            Member = known.Member,
            SerialNumber = known.SerialNumber,
            Since = now,
            Reason = reason,
            Kept = [.. issued, .. successors.Select(successor => Fingerprint.Of(successor.RawData.Span))],
            Issuer = security.Own?.Chain,
        };
        PeerTime last = security.Ask((members, _) => members.Find(known.Member).Max(one => one.NotAfter), known.NotAfter);
        GraphRecord record = GroupRecords.Create(
            security.Group.Value,
            GroupRecordTypes.Revocation,
            security.Self.Value,
            revocation.Encode(),
            now,
            (last > now ? last : now) + Margin,
            random);
        return GroupRecords.Secure(record, security.SignAndLearn);
    }

    /// <summary>The fingerprints of what a member has issued, which stays good when its own credentials are revoked.</summary>
    /// <exception cref="PeerException">This member is no administrator, or there are too many.</exception>
    public static Bits128[] Keep(GroupSecurity security, GroupCredential known)
    {
        if (security.Own is not { Role: PeerRole.Admin })
        {
            throw PeerErrors.NotAuthorized.Exception(
                $"Only administrators remove members and lower their roles; this node's member is {security.Own?.Role.ToString() ?? "none"}.",
                known.Member.Value);
        }

        Bits128[] issued = security.Ask((members, _) => members.IssuedBy(known.Member).ToArray(), []);
        return issued.Length < Revocation.MaximumKept
            ? issued
            : throw PeerErrors.NotAuthorized.Exception(
                $"The member has issued {issued.Length} credentials, and a revocation can keep less than "
                + $"{Revocation.MaximumKept}. Issue some of them anew first, with Set-PeerGroupMember.",
                known.Member.Value);
    }
}
