namespace PeerNet.Engine.Graphing;

/// <summary>Where nodes of a graph find each other.</summary>
/// <param name="Name">The peer name that they register.</param>
/// <param name="Scope">How far they look: in the clouds of that scope; <see cref="PeerGraphScope.Any"/> for all that are
/// open.</param>
internal sealed record PeerRendezvous(string Name, PeerGraphScope Scope = PeerGraphScope.Any);
