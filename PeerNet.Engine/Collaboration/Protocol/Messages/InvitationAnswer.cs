namespace PeerNet.Engine.Collaboration.Protocol.Messages;

/// <summary>How an invitation is answered.</summary>
internal enum InvitationAnswer : byte
{
    Accept = 1,
    Decline = 2,
}
