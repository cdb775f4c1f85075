namespace PeerNet.Engine.Collaboration;

/// <summary>Whose an invitation is.</summary>
public enum PeerInvitationDirection
{
    /// <summary>This node has sent it.</summary>
    Sent,

    /// <summary>It was sent to this node.</summary>
    Received,
}
