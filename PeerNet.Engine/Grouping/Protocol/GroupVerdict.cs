using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>What <see cref="GroupRecordJudge"/> says of a record (MS-PPSEC 3.1.7.2).</summary>
internal enum GroupVerdict
{
    /// <summary>It is what it claims to be.</summary>
    Valid,

    /// <summary>The credential of its creator or modifier, or the group's properties, are not known yet; it waits.</summary>
    UnknownMember,

    /// <summary>Names, security data or content do not have the right form.</summary>
    Malformed,

    /// <summary>A membership without a credential of this group that counts.</summary>
    BadCredential,

    /// <summary>It was changed before the author's credential began, or after its end.</summary>
    OutsideCredential,

    /// <summary>It lives longer than the author's credential.</summary>
    OutlivesCredential,

    /// <summary>The author may not do this.</summary>
    RoleTooLow,

    /// <summary>The author's credential had been revoked by then.</summary>
    Revoked,

    /// <summary>The signature is not the author's over this record.</summary>
    BadSignature,

    /// <summary>Records of the group's own types are not deleted, and revocations not changed.</summary>
    NotDeletable,

    /// <summary>It changes what is fixed when a group is made.</summary>
    Immutable,
}

/// <summary>Verdicts in the terms of graphs.</summary>
internal static class GroupVerdicts
{
    public static RecordVerdict ToRecordVerdict(this GroupVerdict verdict) => verdict switch
    {
        GroupVerdict.Valid => RecordVerdict.Valid,
        GroupVerdict.UnknownMember => RecordVerdict.Defer,
        _ => RecordVerdict.Invalid,
    };
}
