namespace PeerNet.Engine.Collaboration.Protocol.Messages;

/// <summary>The types of messages (PROTOCOL.md 4.2).</summary>
internal enum MessageType : byte
{
    Hello = 1,
    Reveal = 2,
    Query = 3,
    Subscribe = 4,
    Unsubscribe = 5,
    Publish = 6,
    Complete = 7,
    Invite = 8,
    Respond = 9,
    Confirm = 10,
    Cancel = 11,
    Ping = 12,
    Pong = 13,
}
