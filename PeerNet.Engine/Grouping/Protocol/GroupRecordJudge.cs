using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;
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

    /// <summary>Judges a record: reads, weighs, verifies and learns. Hostile input: nothing throws.</summary>
    public GroupVerdict Judge(GraphSecurityRecord record) =>
        Read(record, JudgeChain, out RecordClaim claim) is not GroupVerdict.Valid and var read ? read
        : Weigh(record, claim, out GroupCredential? author) is not GroupVerdict.Valid and var weighed ? weighed
        : IsSigned(record, claim, author, keys: null) ? Learn(record, claim, author)
        : GroupVerdict.BadSignature;

    /// <summary>Reads what a record says of itself. Uses nothing that changes: for any thread.</summary>
    /// <param name="record">The record.</param>
    /// <param name="judgeChain">Tells the credential that a chain is; null where it does not count.</param>
    /// <param name="claim">What it says.</param>
    /// <returns>Valid where it may be weighed.</returns>
    public GroupVerdict Read(
        GraphSecurityRecord record, Func<MembershipChain, GroupCredential?> judgeChain, out RecordClaim claim)
    {
        claim = default;
        return RecordSecurityData.TryRead(record.SecurityData, out RecordSecurityData security)
            ? Read(record, security, judgeChain, out claim)
            : GroupVerdict.Malformed;
    }

    /// <summary>Everything but what the record alone says, and the signature.</summary>
    /// <param name="record">The record.</param>
    /// <param name="claim">What it says of itself.</param>
    /// <param name="author">Whose signature it has to have; null for the group's own key.</param>
    public GroupVerdict Weigh(GraphSecurityRecord record, in RecordClaim claim, out GroupCredential? author) =>
        Weigh(record, claim, own: null, out author);

    /// <summary>Whether the signature is the author's. Uses nothing that changes: for any thread.</summary>
    /// <param name="record">The record.</param>
    /// <param name="claim">What it says of itself.</param>
    /// <param name="author">Whose it has to be; null for the group's own key.</param>
    /// <param name="keys">Where keys are looked for first; null for nowhere.</param>
    public bool IsSigned(GraphSecurityRecord record, in RecordClaim claim, GroupCredential? author, ReadyKeys? keys)
    {
        Span<byte> digest = stackalloc byte[RecordDigest.Length];
        RecordDigest.Create(record, claim.Security.CreatorSerial, claim.Security.ModifierSerial, digest);
        PeerPublicKey key = author?.Key ?? root.PublicKey;
        ReadOnlySpan<byte> signature = claim.Security.Signature.Span;
        return keys is null ? key.VerifyHash(digest, signature) : keys.VerifyHash(key, digest, signature);
    }

    /// <summary>Learns from a record that was weighed and whose signature is its author's. It is weighed again: others may
    /// have been learned from while its signature was verified.</summary>
    public GroupVerdict Learn(GraphSecurityRecord record, in RecordClaim claim, GroupCredential? author)
    {
        GroupVerdict verdict = Weigh(record, claim, out GroupCredential? now);
        if (verdict != GroupVerdict.Valid || now != author)
        {
            return verdict != GroupVerdict.Valid ? verdict : GroupVerdict.UnknownMember;
        }

        Take(record, claim, author);
        return GroupVerdict.Valid;
    }

    /// <summary>What all that know what is known here will say of a record that this node is about to sign.</summary>
    /// <param name="record">The record; its security data does not count.</param>
    /// <param name="creatorSerial">The serial number of the creator's credential.</param>
    /// <param name="own">The credential that it is signed with, which the others learn first; null for the group's own
    /// key.</param>
    public GroupVerdict Foresee(GraphSecurityRecord record, Bits128 creatorSerial, GroupCredential? own) =>
        Read(record, new(creatorSerial, own?.SerialNumber ?? creatorSerial, default), JudgeChain, out RecordClaim claim)
            is not GroupVerdict.Valid and var read ? read : Weigh(record, claim, own, out _);

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

    private GroupCredential? JudgeChain(MembershipChain chain) =>
        members.Find(chain) ?? GroupCredential.From(chain, group, out _);

    private GroupVerdict Read(
        GraphSecurityRecord record,
        RecordSecurityData security,
        Func<MembershipChain, GroupCredential?> judgeChain,
        out RecordClaim claim)
    {
        claim = default;
        if (!PeerName.TryParse(record.CreatorId, out PeerName? creator) || !creator.IsSecure)
        {
            return GroupVerdict.Malformed;
        }

        if (record.Type == GroupRecordTypes.SecurityProperties)
        {
            return ReadProperties(record, new(security, creator, creator), out claim);
        }

        PeerName? toucher = creator;
        if (record.ModifierId.Length == 0
            ? security.CreatorSerial != security.ModifierSerial
            : !PeerName.TryParse(record.ModifierId, out toucher) || !toucher.IsSecure)
        {
            return GroupVerdict.Malformed;
        }

        claim = new(security, creator, toucher);
        return record.Type == GroupRecordTypes.Membership ? ReadMembership(record, judgeChain, ref claim)
            : record.Type == GroupRecordTypes.Revocation ? ReadRevocation(record, judgeChain, ref claim)
            : record.IsDeleted && record.Type == RecordTypes.GraphInfo ? GroupVerdict.NotDeletable
            : GroupVerdict.Valid;
    }

    // By the group's own key.
    private GroupVerdict ReadProperties(GraphSecurityRecord record, RecordClaim read, out RecordClaim claim)
    {
        claim = read;
        if (record.IsDeleted)
        {
            return GroupVerdict.NotDeletable;
        }

        if (read.Creator != group || (record.ModifierId.Length > 0 && record.ModifierId != group.Value))
        {
            return GroupVerdict.RoleTooLow;
        }

        if (!SecurityProperties.TryRead(record.Data, out SecurityProperties properties) || properties.Group != group)
        {
            return GroupVerdict.Malformed;
        }

        claim = read with { Properties = properties };
        return GroupVerdict.Valid;
    }

    private static GroupVerdict ReadMembership(
        GraphSecurityRecord record, Func<MembershipChain, GroupCredential?> judgeChain, ref RecordClaim claim)
    {
        if (record.IsDeleted)
        {
            return GroupVerdict.NotDeletable;
        }

        GroupCredential? brought = MembershipPayload.TryRead(record.Data, out MembershipChain? chain) ? judgeChain(chain) : null;
        claim = claim with { Brought = brought };
        return brought is null ? GroupVerdict.BadCredential : GroupVerdict.Valid;
    }

    private static GroupVerdict ReadRevocation(
        GraphSecurityRecord record, Func<MembershipChain, GroupCredential?> judgeChain, ref RecordClaim claim)
    {
        if (record.IsDeleted || record.Version != 1)
        {
            return GroupVerdict.NotDeletable;
        }

        // What is revoked from an earlier time on than the record was signed would make signed records fall.
        if (!Revocation.TryRead(record.Data, out Revocation? revocation)
            || revocation.Since < new PeerTime(record.ModificationTime))
        {
            return GroupVerdict.Malformed;
        }

        GroupCredential? brought = revocation.Issuer is null ? null : judgeChain(revocation.Issuer);
        claim = claim with { Revocation = revocation, Brought = brought };
        return revocation.Issuer is not null && brought is null ? GroupVerdict.BadCredential : GroupVerdict.Valid;
    }

    private GroupVerdict Weigh(
        GraphSecurityRecord record, in RecordClaim claim, GroupCredential? own, out GroupCredential? author)
    {
        author = null;
        if (claim.Properties is { } properties)
        {
            return WeighProperties(record, properties);
        }

        // Who made a record that anybody renews may be gone for long.
        author = Find(claim.Toucher, claim.Security.ModifierSerial, own, claim.Brought);
        bool isMakerKnown = IsShared(record.Type)
            || Find(claim.Creator, claim.Security.CreatorSerial, own, claim.Brought) is not null;
        return author is null || !isMakerKnown ? GroupVerdict.UnknownMember : WeighAuthor(record, claim.Creator, author);
    }

    // Memberships and revocations bring the credential that they are signed with, in most cases.
    private GroupCredential? Find(PeerName member, Bits128 serialNumber, params ReadOnlySpan<GroupCredential?> beside)
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

    private GroupVerdict WeighProperties(GraphSecurityRecord record, SecurityProperties properties)
    {
        bool isSameRecord = _propertiesId == Guid.Empty || record.Id == _propertiesId;
        return !isSameRecord || Properties?.MayBecome(properties) == false ? GroupVerdict.Immutable
            : !root.IsValidAt(ToUtc(record.ModificationTime)) ? GroupVerdict.OutsideCredential
            : ToUtc(record.ExpirationTime) > root.NotAfter ? GroupVerdict.OutlivesCredential
            : GroupVerdict.Valid;
    }

    private static DateTimeOffset ToUtc(ulong ticks) => new PeerTime(ticks).ToUtc(TimeSpan.Zero);

    private void Take(GraphSecurityRecord record, in RecordClaim claim, GroupCredential? author)
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
            members.Revocations.Add(record.Id, revocation, author!);
        }
    }
}
