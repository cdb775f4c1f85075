using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Grouping.Protocol.Records;

/// <summary>The payload of the Security Properties record (MS-PPSEC 2.2.3.1): what a group is. Only the creator's comment,
/// friendly name and password can change.</summary>
internal sealed record SecurityProperties
{
    /// <summary>Shortest and longest lifetime of a Membership record, and the one that is taken otherwise.</summary>
    /// <remarks>MS-PPSEC 3.1.4.1 allows 2,280 s, where the API documents eight hours; the specification is taken.</remarks>
    public static readonly TimeSpan ShortestMembership = TimeSpan.FromSeconds(2_280);

    /// <inheritdoc cref="ShortestMembership"/>
    public static readonly TimeSpan LongestMembership = TimeSpan.FromSeconds(31_536_000);

    /// <inheritdoc cref="ShortestMembership"/>
    public static readonly TimeSpan UsualMembership = TimeSpan.FromSeconds(2_419_200);

    /// <summary>Shortest lifetime of presence records.</summary>
    public static readonly TimeSpan ShortestPresence = TimeSpan.FromSeconds(300);

    private const int MaximumComment = 1024;
    private const int MaximumCloud = 254;
    private const int MaximumClassifier = 300;
    private const int MaximumGroupName = 360;
    private const int MaximumCreatorName = 382;
    private const int MaximumFriendlyName = 512;
    private const int LifetimeCount = 2;
    private const int FixedLength = GroupSecurityVersion.Length + (6 * sizeof(uint));

    // The API's numbers; the specification draws the three in the opposite order.
    private const uint MemberDataOptionalFlag = 0x1;
    private const uint PresenceDisabledFlag = 0x2;
    private const uint DefersExpirationFlag = 0x4;
    private const uint GmcFlag = 0x1;
    private const uint PasswordFlag = 0x2;

    /// <summary>Whether members publish their membership only when they publish something else.</summary>
    public bool MemberDataOptional { get; init; }

    /// <summary>Whether the graph publishes no presence.</summary>
    public bool PresenceDisabled { get; init; }

    /// <summary>Whether records do not expire while a node has no neighbors.</summary>
    public bool DefersExpiration { get; init; }

    /// <summary>How long a Membership record lives.</summary>
    public TimeSpan MembershipLifetime { get; init; } = UsualMembership;

    /// <summary>How long a presence record lives.</summary>
    public TimeSpan PresenceLifetime { get; init; } = ShortestPresence;

    /// <summary>What the creator says of the group; may be empty.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The cloud in which members find each other.</summary>
    public required string Cloud { get; init; }

    /// <summary>The group's peer name, whose authority is the group's key.</summary>
    public required PeerName Group { get; init; }

    /// <summary>The peer name of who made the group.</summary>
    public required PeerName Creator { get; init; }

    /// <summary>The group's name for people.</summary>
    public required string FriendlyName { get; init; }

    /// <summary>Whether credentials let members in.</summary>
    public bool AcceptsCredentials { get; init; } = true;

    /// <summary>The password; null where none lets anybody in.</summary>
    public GroupPassword? Password { get; init; }

    /// <summary>Reads a payload. Hostile input: nothing throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SecurityProperties properties)
    {
        properties = null!;
        WireReader reader = new(bytes);
        if (!GroupSecurityVersion.TryRead(ref reader)
            || !reader.TryReadUInt32(out uint options)
            || !reader.TryReadUInt32(out uint lifetimes) || lifetimes != LifetimeCount
            || !reader.TryReadUInt32(out uint membership)
            || !reader.TryReadUInt32(out uint presence)
            || !GroupText.TryRead(ref reader, MaximumComment, out string? comment)
            || !GroupText.TryRead(ref reader, MaximumCloud, out string? cloud)
            || !GroupText.TryRead(ref reader, MaximumClassifier, out string? classifier)
            || !GroupText.TryRead(ref reader, MaximumGroupName, out string? group)
            || !GroupText.TryRead(ref reader, MaximumCreatorName, out string? creator)
            || !GroupText.TryRead(ref reader, MaximumFriendlyName, out string? friendlyName)
            || !PeerName.TryParse(group, out PeerName? groupName) || !groupName.IsSecure
            || groupName.Classifier != classifier
            || !PeerName.TryParse(creator, out PeerName? creatorName) || !creatorName.IsSecure
            || !reader.TryReadUInt32(out uint schemes) || (schemes & ~(GmcFlag | PasswordFlag)) != 0
            || !TryReadPassword(ref reader, out GroupPassword? password)
            || reader.Remaining != 0)
        {
            return false;
        }

        properties = new SecurityProperties
        {
            MemberDataOptional = (options & MemberDataOptionalFlag) != 0,
            PresenceDisabled = (options & PresenceDisabledFlag) != 0,
            DefersExpiration = (options & DefersExpirationFlag) != 0,
            MembershipLifetime = TimeSpan.FromSeconds(membership),
            PresenceLifetime = TimeSpan.FromSeconds(presence),
            Comment = comment,
            Cloud = cloud,
            Group = groupName,
            Creator = creatorName,
            FriendlyName = friendlyName,
            AcceptsCredentials = (schemes & GmcFlag) != 0,
            Password = password,
        };
        return properties.IsValid() && (password is not null) == ((schemes & PasswordFlag) != 0);
    }

    /// <summary>Whether <paramref name="next"/> may follow: what is fixed when a group is made is the same (MS-PPSEC
    /// 3.1.7.2).</summary>
    public bool MayBecome(SecurityProperties next) =>
        this with { Comment = next.Comment, FriendlyName = next.FriendlyName, Password = next.Password } == next
        && (Password is null) == (next.Password is null);

    /// <summary>The payload.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[GetLength()];
        WireWriter writer = new(bytes);
        GroupSecurityVersion.Write(ref writer);
        writer.WriteUInt32(
            (MemberDataOptional ? MemberDataOptionalFlag : 0)
            | (PresenceDisabled ? PresenceDisabledFlag : 0)
            | (DefersExpiration ? DefersExpirationFlag : 0));
        writer.WriteUInt32(LifetimeCount);
        writer.WriteUInt32((uint)MembershipLifetime.TotalSeconds);
        writer.WriteUInt32((uint)PresenceLifetime.TotalSeconds);
        foreach (string text in Texts)
        {
            GroupText.Write(ref writer, text);
        }

        writer.WriteUInt32((AcceptsCredentials ? GmcFlag : 0) | (Password is null ? 0 : PasswordFlag));
        writer.WriteUInt32(Password is null ? 0u : 1);
        if (Password is { } password)
        {
            writer.WriteUInt32((uint)password.Verifier.Length);
            writer.WriteBytes(password.Verifier.Span);
            writer.WriteBytes(GroupRoles.IdOf(password.Role));
        }

        return bytes;
    }

    private string[] Texts => [Comment, Cloud, Group.Classifier, Group.Value, Creator.Value, FriendlyName];

    private static bool TryReadPassword(ref WireReader reader, out GroupPassword? password)
    {
        password = null;
        if (!reader.TryReadUInt32(out uint count) || count > 1)
        {
            return false;
        }

        if (count == 0)
        {
            return true;
        }

        if (!reader.TryReadUInt32(out uint length) || length != PasswordProof.VerifierLength
            || !reader.TryReadBytes((int)length, out ReadOnlySpan<byte> verifier)
            || !reader.TryReadBytes(GroupRoles.IdLength, out ReadOnlySpan<byte> id)
            || !GroupRoles.TryReadId(id, out PeerRole role))
        {
            return false;
        }

        password = new GroupPassword(verifier.ToArray(), role);
        return true;
    }

    private bool IsValid() =>
        MembershipLifetime >= ShortestMembership
        && MembershipLifetime <= LongestMembership
        && PresenceLifetime >= ShortestPresence
        && (AcceptsCredentials || Password is not null);

    private int GetLength() =>
        FixedLength
        + Texts.Sum(GroupText.GetLength)
        + (Password is null ? 0 : sizeof(uint) + Password.Verifier.Length + GroupRoles.IdLength);
}
