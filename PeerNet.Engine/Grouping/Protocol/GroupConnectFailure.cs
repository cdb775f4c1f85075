namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>Why Group Connect ended without a connection.</summary>
internal enum GroupConnectFailure
{
    /// <summary>A packet that is none, or of another version.</summary>
    Malformed,

    /// <summary>A packet that the state does not allow (MS-PPSEC 3.2.5, 3.3.5).</summary>
    WrongState,

    /// <summary>The other side's credential is not one that counts.</summary>
    NotMember,

    /// <summary>The other side wants to prove a password, and this node lets nobody in by password.</summary>
    NoPasswords,

    /// <summary>The proof is wrong, or there were too many wrong ones.</summary>
    WrongPassword,

    /// <summary>The credential that this node was given is not its own, or does not count.</summary>
    WrongGift,

    /// <summary>This node has neither a credential nor a password.</summary>
    NothingToShow,
}
