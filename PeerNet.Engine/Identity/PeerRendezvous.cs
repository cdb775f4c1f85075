using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Identity;

/// <summary>Where those who look for a peer name find each other.</summary>
/// <param name="Name">The peer name that they register.</param>
/// <param name="Reach">How far they look: in the clouds that reach so far; null for all that are open.</param>
internal sealed record PeerRendezvous(string Name, AddressScope? Reach = null);
