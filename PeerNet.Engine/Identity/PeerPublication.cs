namespace PeerNet.Engine.Identity;

/// <summary>Where a node can be found.</summary>
/// <param name="Place">The name, and the clouds.</param>
/// <param name="Identity">The peer name of the identity that signs.</param>
/// <param name="DelegationChain">By which it may; null where the name is its own.</param>
/// <param name="Port">The TCP port where the node listens.</param>
/// <param name="Comment">What is said of it: up to <see cref="MaximumComment"/>, or empty.</param>
internal sealed record PeerPublication(
    PeerRendezvous Place, string Identity, byte[]? DelegationChain, int Port, string Comment)
{
    /// <summary>Longest comment, in UTF-16 units.</summary>
    public const int MaximumComment = 39;
}
