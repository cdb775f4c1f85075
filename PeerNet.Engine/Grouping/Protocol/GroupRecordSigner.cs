using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>Signs the records that this node publishes in a group (MS-PPSEC 3.1.7.1), and only those that the others will
/// take: it asks the rules that they judge by.</summary>
/// <param name="key">The member's key.</param>
/// <param name="credential">The member's credential for that key.</param>
/// <param name="judge">What this node knows of the group.</param>
internal sealed class GroupRecordSigner(PeerPrivateKey key, GroupCredential credential, GroupRecordJudge judge)
{
    private readonly PeerPrivateKey _key = credential.Chain.IsFor(key.PublicKey)
        ? key
        : throw new ArgumentException("The credential is not for this key.", nameof(key));

    /// <summary>The credential that records are signed with.</summary>
    public GroupCredential Credential => credential;

    /// <summary>Signs a record of any type but Security Properties.</summary>
    /// <param name="record">The record as it is to be published, with the security data of the version before, which tells
    /// the credential of a creator who is another member.</param>
    /// <returns>The record's security data.</returns>
    /// <exception cref="PeerException">NotAuthorized: the credential does not count at the record's time, or its role does
    /// not allow this. InvalidRecordExpiration: the record would live longer than the credential. GroupNotReady: what it
    /// depends on has not arrived yet. InvalidRecord, InvalidGroupProperties: others would not take it.</exception>
    public byte[] Sign(GraphSecurityRecord record)
    {
        string own = credential.Member.Value;
        if (record.Type == GroupRecordTypes.SecurityProperties || own != ToucherOf(record))
        {
            throw PeerErrors.NotAuthorized.Exception(
                $"The member '{own}' signs only what it publishes itself under its own name.", record.Id);
        }

        Bits128 creator = record.CreatorId == own ? credential.SerialNumber
            : RecordSecurityData.TryRead(record.SecurityData, out RecordSecurityData before) ? before.CreatorSerial
            : throw PeerErrors.InvalidRecord.Exception(
                $"The record '{record.Id}' is another member's, and was never signed.", record.Id);
        ThrowUnlessValid(judge.Foresee(record, creator, credential), record);
        return Sign(_key, record, creator, credential.SerialNumber);
    }

    /// <summary>Signs the Security Properties with the group's own key.</summary>
    /// <param name="record">The record as it is to be published.</param>
    /// <param name="groupKey">The group's key.</param>
    /// <param name="judge">What this node knows of the group.</param>
    /// <returns>The record's security data.</returns>
    /// <exception cref="PeerException">As <see cref="Sign(GraphSecurityRecord)"/>; NotAuthorized also where the key is another one.</exception>
    public static byte[] SignProperties(GraphSecurityRecord record, PeerPrivateKey groupKey, GroupRecordJudge judge)
    {
        if (record.Type != GroupRecordTypes.SecurityProperties || !groupKey.PublicKey.Equals(judge.Root.PublicKey))
        {
            throw PeerErrors.NotAuthorized.Exception(
                $"The properties of the group '{judge.Group}' are signed by its own key, and nothing else is.", record.Id);
        }

        Bits128 root = judge.Root.SerialNumber;
        ThrowUnlessValid(judge.Foresee(record, root, own: null), record);
        return Sign(groupKey, record, root, root);
    }

    private static string ToucherOf(GraphSecurityRecord record) =>
        record.ModifierId.Length == 0 ? record.CreatorId : record.ModifierId;

    private static byte[] Sign(PeerPrivateKey key, GraphSecurityRecord record, Bits128 creator, Bits128 modifier)
    {
        Span<byte> digest = stackalloc byte[RecordDigest.Length];
        RecordDigest.Create(record, creator, modifier, digest);
        return new RecordSecurityData(creator, modifier, key.SignHash(digest)).Encode();
    }

    private static void ThrowUnlessValid(GroupVerdict verdict, GraphSecurityRecord record)
    {
        if (verdict != GroupVerdict.Valid)
        {
            (PeerError error, string why) = Explain(verdict);
            throw error.Exception($"The record '{record.Id}' is not published: {why}", record.Id);
        }
    }

    private static (PeerError Error, string Why) Explain(GroupVerdict verdict) => verdict switch
    {
        GroupVerdict.UnknownMember => (
            PeerErrors.GroupNotReady,
            "the group's properties or the membership that it depends on have not arrived yet; try again later."),
        GroupVerdict.OutlivesCredential => (
            PeerErrors.InvalidRecordExpiration,
            "it would expire later than the credential that signs it; give it an earlier expiration, or renew the credential."),
        GroupVerdict.OutsideCredential => (
            PeerErrors.NotAuthorized,
            "the credential is not valid at this time; an administrator or inviting member must renew it."),
        GroupVerdict.Revoked => (PeerErrors.NotAuthorized, "the credential has been revoked."),
        GroupVerdict.RoleTooLow => (
            PeerErrors.NotAuthorized, "the member's role does not allow it; ask an administrator of the group."),
        GroupVerdict.NotDeletable => (
            PeerErrors.NotAuthorized, "records of the group's own types are not deleted, and revocations not changed."),
        GroupVerdict.Immutable => (PeerErrors.InvalidGroupProperties, "it changes what is fixed when a group is made."),
        GroupVerdict.BadCredential => (PeerErrors.InvalidRecord, "it brings no credential of this group."),
        _ => (PeerErrors.InvalidRecord, "its names or its content do not have the right form."),
    };
}
