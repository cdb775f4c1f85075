using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Graphing.Records;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>Signs the records that a member publishes (MS-PPSEC 3.1.7.1, 2.2.4).</summary>
internal static class GroupRecordSigner
{
    /// <summary>The security data of a record.</summary>
    /// <param name="record">The record, with the security data of the version before.</param>
    /// <param name="key">The member's key.</param>
    /// <param name="own">The member's credential, which counts now.</param>
    /// <exception cref="PeerException">The others would not take it.</exception>
    public static byte[] Sign(GraphSecurityRecord record, PeerPrivateKey key, GroupCredential own)
    {
        bool isOwn = record.CreatorId == own.Member.Value;
        if (!isOwn && !GroupRoles.MayChangeOthers(own.Role) && record.Type != RecordTypes.GraphInfo)
        {
            throw PeerErrors.NotAuthorized.Exception(
                $"Only administrators change what others have published, and this member's role is {own.Role}.", record.Id);
        }

        if (record.IsDeleted && GroupRecordTypes.IsReserved(record.Type))
        {
            throw PeerErrors.NotAuthorized.Exception("The group's own records cannot be removed.", record.Id);
        }

        if (record.Type != GroupRecordTypes.Revocation && new PeerTime(record.ExpirationTime) > own.NotAfter)
        {
            throw PeerErrors.InvalidRecordExpiration.Exception(
                $"A record cannot live longer than its author's credential, which ends at {own.Chain.Leaf.NotAfter:u}.", record.Id);
        }

        UInt128 creator = record.ModifierId.Length == 0 ? own.SerialNumber
            : RecordSecurityData.TryRead(record.SecurityData, out RecordSecurityData before) ? before.CreatorSerial
            : throw PeerErrors.InvalidRecord.Exception($"The record {record.Id} was never signed.", record.Id);
        return Sign(record, key, creator, own.SerialNumber);
    }

    /// <summary>The security data of the group's properties, which its own key signs.</summary>
    public static byte[] SignProperties(GraphSecurityRecord record, PeerPrivateKey groupKey) =>
        Sign(record, groupKey, creator: 0, modifier: 0);

    private static byte[] Sign(GraphSecurityRecord record, PeerPrivateKey key, UInt128 creator, UInt128 modifier)
    {
        Span<byte> digest = stackalloc byte[RecordDigest.Length];
        RecordDigest.Create(record, creator, modifier, digest);
        return new RecordSecurityData(creator, modifier, key.SignHash(digest)).Encode();
    }
}
