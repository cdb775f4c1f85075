namespace PeerNet.Engine.Collaboration.Protocol.Messages;

/// <summary>What is published.</summary>
internal enum ItemKind : byte
{
    Presence = 1,
    Object = 2,
    Application = 3,
}
