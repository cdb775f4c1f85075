namespace PeerNet.Engine.Graphing.Providers;

/// <summary>A connection that a security provider has let in.</summary>
/// <param name="Stream">Carries the messages from here on; what it was made of is closed with it.</param>
/// <param name="PeerId">The peer id that the other side has proven, or claims where the provider proves nothing.</param>
/// <param name="Cipher">What protects it, for people; null for nothing.</param>
public sealed record SecuredConnection(Stream Stream, string PeerId, string? Cipher);
