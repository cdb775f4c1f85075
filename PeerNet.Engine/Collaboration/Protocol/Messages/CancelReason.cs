namespace PeerNet.Engine.Collaboration.Protocol.Messages;

/// <summary>Why an invitation can be answered no more. Others may come.</summary>
internal enum CancelReason : byte
{
    /// <summary>The inviter took it back.</summary>
    Cancelled = 1,

    /// <summary>Another endpoint of the person was first.</summary>
    AnsweredElsewhere = 2,

    /// <summary>Its time is over.</summary>
    Expired = 3,

    /// <summary>The inviter knows nothing of it.</summary>
    Unknown = 4,
}
