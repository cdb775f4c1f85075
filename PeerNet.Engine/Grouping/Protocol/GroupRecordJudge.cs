using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Graphing.Records;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>Whether a record of a group is what it claims to be, and whether its author might publish it (MS-PPSEC
/// 3.1.7.1, 3.1.7.2). Learns from the records of the group's own types. Time is that of the records, never a clock.</summary>
/// <param name="group">The group.</param>
/// <param name="root">The group's root certificate, whose key the group's name was made from.</param>
/// <param name="members">What is known of the members; grows.</param>
internal sealed class GroupRecordJudge(PeerName group, PeerCertificate root, MemberList members)
{
    private Guid _propertiesId;

    /// <summary>The group.</summary>
    public PeerName Group => group;

    /// <summary>The group's root certificate.</summary>
    public PeerCertificate Root => root;

    /// <summary>The group's properties; null until they have arrived.</summary>
    public SecurityProperties? Properties { get; private set; }

    /// <summary>Judges a record. Hostile input: nothing throws.</summary>
    public GroupVerdict Judge(GraphSecurityRecord record)
    {
        if (!RecordSecurityData.TryRead(record.SecurityData, out RecordSecurityData security))
        {
            return GroupVerdict.Malformed;
        }

        GroupVerdict verdict = Weigh(record, security, own: null, out Claim claim);
        if (verdict == GroupVerdict.Valid)
        {
            verdict = IsSigned(record, security, claim) ? GroupVerdict.Valid : GroupVerdict.BadSignature;
        }

        if (verdict == GroupVerdict.Valid)
        {
            Learn(record, claim);
        }

        return verdict;
    }

    /// <summary>What all that know what is known here will say of a record that this node is about to sign.</summary>
    /// <param name="record">The record; its security data does not count.</param>
    /// <param name="creatorSerial">The serial number of the creator's credential.</param>
    /// <param name="own">The credential that it is signed with, which the others learn first; null for the group's own
    /// key.</param>
    public GroupVerdict Foresee(GraphSecurityRecord record, UInt128 creatorSerial, GroupCredential? own) =>
        Weigh(record, new(creatorSerial, own?.SerialNumber ?? creatorSerial, default), own, out _);

    /// <summary>Takes the group's properties from where they are known before their record is, as when a group is made; the
    /// record takes their place.</summary>
    public void LearnProperties(SecurityProperties properties) => (Properties, _propertiesId) = (properties, Guid.Empty);

    /// <summary>Whether records of a type count no more when their author's credential had been revoked by then.</summary>
    /// <remarks>Which revocations stand, and who is a member, is for the lists to say, when all that was said is in them and
    /// whatever arrived first. A credential in a record is worth what its chain is, whoever publishes it.</remarks>
    public static bool FallsWithAuthor(Guid type) => !GroupRecordTypes.IsReserved(type);

    /// <summary>Forgets what a record of the group's own types taught, because it has expired or been replaced.</summary>
    public void Forget(Guid type, Guid id)
    {
        if (type == GroupRecordTypes.Revocation)
        {
            members.Revocations.Remove(id);
        }
    }

    // Everything but the signature.
    private GroupVerdict Weigh(
        GraphSecurityRecord record, RecordSecurityData security, GroupCredential? own, out Claim claim)
    {
        claim = default;
        if (!PeerName.TryParse(record.CreatorId, out PeerName? creator) || !creator.IsSecure)
        {
            return GroupVerdict.Malformed;
        }

        if (record.Type == GroupRecordTypes.SecurityProperties)
        {
            return WeighProperties(record, creator, out claim);
        }

        PeerName? toucher = creator;
        if (record.ModifierId.Length == 0
            ? security.CreatorSerial != security.ModifierSerial
            : !PeerName.TryParse(record.ModifierId, out toucher) || !toucher.IsSecure)
        {
            return GroupVerdict.Malformed;
        }

        GroupVerdict verdict = ReadOwnType(record, out GroupCredential? brought, out Revocation? revocation);
        if (verdict != GroupVerdict.Valid)
        {
            return verdict;
        }

        // Who made a record that anybody renews may be gone for long.
        GroupCredential? touched = Find(toucher, security.ModifierSerial, own, brought);
        bool isMakerKnown = IsShared(record.Type) || Find(creator, security.CreatorSerial, own, brought) is not null;
        if (touched is null || !isMakerKnown)
        {
            return GroupVerdict.UnknownMember;
        }

        claim = new Claim(touched, brought, revocation, Properties: null);
        return WeighAuthor(record, creator, touched);
    }

    // What the records of the group's own types say, and that they are not deleted.
    private GroupVerdict ReadOwnType(
        GraphSecurityRecord record, out GroupCredential? brought, out Revocation? revocation)
    {
        (brought, revocation) = (null, null);
        if (record.Type == GroupRecordTypes.Membership)
        {
            brought = !record.IsDeleted && MembershipPayload.TryRead(record.Data, out MembershipChain? chain)
                ? GroupCredential.From(chain, group, out _)
                : null;
            return record.IsDeleted ? GroupVerdict.NotDeletable
                : brought is null ? GroupVerdict.BadCredential
                : GroupVerdict.Valid;
        }

        if (record.Type == GroupRecordTypes.Revocation)
        {
            // What is revoked from an earlier time on than the record was signed would make signed records fall.
            return record.IsDeleted || record.Version != 1 ? GroupVerdict.NotDeletable
                : !Revocation.TryRead(record.Data, out revocation)
                    || revocation.Since < new PeerTime(record.ModificationTime) ? GroupVerdict.Malformed
                : revocation.Issuer is not null
                    && (brought = GroupCredential.From(revocation.Issuer, group, out _)) is null ? GroupVerdict.BadCredential
                : GroupVerdict.Valid;
        }

        return record.IsDeleted && record.Type == RecordTypes.GraphInfo ? GroupVerdict.NotDeletable : GroupVerdict.Valid;
    }

    // Memberships and revocations bring the credential that they are signed with, in most cases.
    private GroupCredential? Find(PeerName member, UInt128 serialNumber, params ReadOnlySpan<GroupCredential?> beside)
    {
        foreach (GroupCredential? one in beside)
        {
            if (one?.Member == member && one.SerialNumber == serialNumber)
            {
                return one;
            }
        }

        return members.Find(member, serialNumber);
    }

    private GroupVerdict WeighAuthor(GraphSecurityRecord record, PeerName creator, GroupCredential author)
    {
        PeerTime modified = new(record.ModificationTime);
        return !author.IsValidAt(modified) ? GroupVerdict.OutsideCredential
            : Outlives(record, author) ? GroupVerdict.OutlivesCredential
            : WeighRight(record, creator, author) is not GroupVerdict.Valid and var verdict ? verdict
            : IsRevoked(record, author) ? GroupVerdict.Revoked
            : GroupVerdict.Valid;
    }

    private GroupVerdict WeighRight(GraphSecurityRecord record, PeerName creator, GroupCredential author) =>
        record.Type == RecordTypes.GraphInfo ? WeighGraphInfo(record, creator)
        : record.Type == GroupRecordTypes.Revocation && !GroupRoles.MayChangeOthers(author.Role) ? GroupVerdict.RoleTooLow
        : author.Member == creator || GroupRoles.MayChangeOthers(author.Role) || IsShared(record.Type) ? GroupVerdict.Valid
        : GroupVerdict.RoleTooLow;

    // The creator of the group makes it; any member renews it as it is (MS-PPGRH 3.1.7.7).
    private GroupVerdict WeighGraphInfo(GraphSecurityRecord record, PeerName creator) =>
        Properties is null ? GroupVerdict.UnknownMember
        : creator == Properties.Creator && GroupGraphInfo.IsOf(Properties, record.Data) ? GroupVerdict.Valid
        : GroupVerdict.Immutable;

    // The graph's two that belong to no single node: whoever sees that they need it publishes their next version.
    private static bool IsShared(Guid type) => type == RecordTypes.GraphInfo || type == RecordTypes.Signature;

    private bool IsRevoked(GraphSecurityRecord record, GroupCredential credential) =>
        FallsWithAuthor(record.Type) && members.Revocations.Find(credential, new PeerTime(record.ModificationTime)) is not null;

    // A revocation has to live as long as what it revokes, whatever becomes of its issuer.
    private static bool Outlives(GraphSecurityRecord record, GroupCredential credential) =>
        record.Type != GroupRecordTypes.Revocation && new PeerTime(record.ExpirationTime) > credential.NotAfter;

    // By the group's own key.
    private GroupVerdict WeighProperties(GraphSecurityRecord record, PeerName creator, out Claim claim)
    {
        claim = default;
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

        claim = new Claim(Author: null, Brought: null, Revocation: null, properties);
        bool isSameRecord = _propertiesId == Guid.Empty || record.Id == _propertiesId;
        return !isSameRecord || Properties?.MayBecome(properties) == false ? GroupVerdict.Immutable
            : !root.IsValidAt(ToUtc(record.ModificationTime)) ? GroupVerdict.OutsideCredential
            : ToUtc(record.ExpirationTime) > root.NotAfter ? GroupVerdict.OutlivesCredential
            : GroupVerdict.Valid;
    }

    private static DateTimeOffset ToUtc(ulong ticks) => new PeerTime(ticks).ToUtc(TimeSpan.Zero);

    private bool IsSigned(GraphSecurityRecord record, RecordSecurityData security, Claim claim)
    {
        Span<byte> digest = stackalloc byte[RecordDigest.Length];
        RecordDigest.Create(record, security.CreatorSerial, security.ModifierSerial, digest);
        return (claim.Author?.Key ?? root.PublicKey).VerifyHash(digest, security.Signature.Span);
    }

    private void Learn(GraphSecurityRecord record, Claim claim)
    {
        if (claim.Properties is { } properties)
        {
            (Properties, _propertiesId) = (properties, record.Id);
        }

        if (claim.Brought is { } brought)
        {
            members.Add(brought);
        }

        if (claim.Revocation is { } revocation)
        {
            members.Revocations.Add(record.Id, revocation, claim.Author!);
        }

    }

    /// <summary>What a record claims, and who signs it.</summary>
    /// <param name="Author">The credential of who changed it last; null for the group's own key.</param>
    /// <param name="Brought">The credential in a Membership or Revocation record.</param>
    /// <param name="Revocation">The content of a Revocation record.</param>
    /// <param name="Properties">The content of the Security Properties record.</param>
    private readonly record struct Claim(
        GroupCredential? Author, GroupCredential? Brought, Revocation? Revocation, SecurityProperties? Properties);
}
