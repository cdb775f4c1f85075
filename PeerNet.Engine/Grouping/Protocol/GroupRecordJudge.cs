using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>Whether a record of a group is what it claims to be, and whether its author might publish it (MS-PPSEC
/// 3.1.7.2). Learns from the records of the group's own types.</summary>
/// <param name="group">The group.</param>
/// <param name="root">The group's root certificate, whose key the group's name was made from.</param>
/// <param name="members">What is known of the members; grows.</param>
internal sealed class GroupRecordJudge(PeerName group, PeerCertificate root, MemberList members)
{
    private Guid _propertiesId;

    /// <summary>The group's properties; null until they have arrived.</summary>
    public SecurityProperties? Properties { get; private set; }

    /// <summary>Judges a record. Hostile input: nothing throws.</summary>
    public GroupVerdict Judge(GraphSecurityRecord record)
    {
        if (!RecordSecurityData.TryRead(record.SecurityData, out RecordSecurityData security)
            || !PeerName.TryParse(record.CreatorId, out PeerName? creator) || !creator.IsSecure)
        {
            return GroupVerdict.Malformed;
        }

        if (record.Type == GroupRecordTypes.SecurityProperties)
        {
            return JudgeProperties(record, security, creator);
        }

        PeerName? toucher = creator;
        if (record.ModifierId.Length > 0 && (!PeerName.TryParse(record.ModifierId, out toucher) || !toucher.IsSecure))
        {
            return GroupVerdict.Malformed;
        }

        return record.Type == GroupRecordTypes.Membership
            ? JudgeMembership(record, security, creator, toucher)
            : JudgeByMembers(record, security, creator, toucher);
    }

    /// <summary>Forgets what a record of the group's own types taught, because it has expired or been replaced.</summary>
    public void Forget(Guid type, Guid id)
    {
        if (type == GroupRecordTypes.Revocation)
        {
            members.Revocations.Remove(id);
        }
    }

    private GroupVerdict JudgeByMembers(
        GraphSecurityRecord record, RecordSecurityData security, PeerName creator, PeerName toucher)
    {
        GroupCredential? created = members.Find(creator, security.CreatorSerial);
        GroupCredential? touched = members.Find(toucher, security.ModifierSerial);
        if (created is null || touched is null)
        {
            return GroupVerdict.UnknownMember;
        }

        GroupVerdict verdict = JudgeAuthor(record, security, creator, touched);
        return verdict == GroupVerdict.Valid && record.Type == GroupRecordTypes.Revocation
            ? JudgeRevocation(record, touched)
            : verdict;
    }

    private GroupVerdict JudgeAuthor(
        GraphSecurityRecord record, RecordSecurityData security, PeerName creator, GroupCredential touched)
    {
        PeerTime modified = new(record.ModificationTime);
        return record.ModifierId.Length == 0 && security.CreatorSerial != security.ModifierSerial ? GroupVerdict.Malformed
            : modified < touched.NotBefore || modified > touched.NotAfter || Outlives(record, touched)
                ? GroupVerdict.OutsideCredential
            : touched.Member != creator && !GroupRoles.MayChangeOthers(touched.Role) ? GroupVerdict.RoleTooLow
            : IsRevoked(record, touched) ? GroupVerdict.Revoked
            : !IsSigned(record, security, touched.Key) ? GroupVerdict.BadSignature
            : GroupVerdict.Valid;
    }

    // Which revocations stand is for the list to say, whatever arrives first; all have to be in it.
    private bool IsRevoked(GraphSecurityRecord record, GroupCredential credential) =>
        record.Type != GroupRecordTypes.Revocation
        && members.Revocations.Find(credential, new PeerTime(record.ModificationTime)) is not null;

    // A revocation has to live as long as what it revokes, whatever becomes of its issuer.
    private static bool Outlives(GraphSecurityRecord record, GroupCredential credential) =>
        record.Type != GroupRecordTypes.Revocation && new PeerTime(record.ExpirationTime) > credential.NotAfter;

    private static bool IsSigned(GraphSecurityRecord record, RecordSecurityData security, PeerPublicKey key)
    {
        Span<byte> digest = stackalloc byte[RecordDigest.Length];
        RecordDigest.Create(record, security.CreatorSerial, security.ModifierSerial, digest);
        return key.VerifyHash(digest, security.Signature.Span);
    }

    // The member's own record brings the credential that it is signed with.
    private GroupVerdict JudgeMembership(
        GraphSecurityRecord record, RecordSecurityData security, PeerName creator, PeerName toucher)
    {
        if (record.IsDeleted)
        {
            return GroupVerdict.NotDeletable;
        }

        if (!MembershipPayload.TryRead(record.Data, out MembershipChain? chain)
            || GroupCredential.From(chain, group, out _) is not { } brought)
        {
            return GroupVerdict.BadCredential;
        }

        GroupCredential? created = Choose(brought, creator, security.CreatorSerial);
        GroupCredential? touched = Choose(brought, toucher, security.ModifierSerial);
        if (created is null || touched is null)
        {
            return GroupVerdict.UnknownMember;
        }

        GroupVerdict verdict = JudgeAuthor(record, security, creator, touched);
        if (verdict == GroupVerdict.Valid)
        {
            members.Add(brought);
        }

        return verdict;
    }

    private GroupCredential? Choose(GroupCredential brought, PeerName member, UInt128 serialNumber) =>
        brought.Member == member && brought.SerialNumber == serialNumber ? brought : members.Find(member, serialNumber);

    private GroupVerdict JudgeRevocation(GraphSecurityRecord record, GroupCredential issuer)
    {
        if (record.IsDeleted || record.Version != 1)
        {
            return GroupVerdict.NotDeletable;
        }

        if (!GroupRoles.MayChangeOthers(issuer.Role))
        {
            return GroupVerdict.RoleTooLow;
        }

        // What is revoked from an earlier time on than the record was signed would make signed records fall.
        if (!Revocation.TryRead(record.Data, out Revocation revocation)
            || revocation.Since < new PeerTime(record.ModificationTime))
        {
            return GroupVerdict.Malformed;
        }

        members.Revocations.Add(record.Id, revocation, issuer);
        return GroupVerdict.Valid;
    }

    // Signed by the group's own key.
    private GroupVerdict JudgeProperties(GraphSecurityRecord record, RecordSecurityData security, PeerName creator)
    {
        if (record.IsDeleted)
        {
            return GroupVerdict.NotDeletable;
        }

        if (creator != group || (record.ModifierId.Length > 0 && record.ModifierId != group.Value))
        {
            return GroupVerdict.RoleTooLow;
        }

        if (!SecurityProperties.TryRead(record.Data, out SecurityProperties properties) || properties.Group != group)
        {
            return GroupVerdict.Malformed;
        }

        if (Properties is { } known && (record.Id != _propertiesId || !known.MayBecome(properties)))
        {
            return GroupVerdict.Immutable;
        }

        if (!root.IsValidAt(new PeerTime(record.ModificationTime).ToUtc(TimeSpan.Zero)))
        {
            return GroupVerdict.OutsideCredential;
        }

        if (!IsSigned(record, security, root.PublicKey))
        {
            return GroupVerdict.BadSignature;
        }

        (Properties, _propertiesId) = (properties, record.Id);
        return GroupVerdict.Valid;
    }
}
