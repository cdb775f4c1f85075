using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>This node, as it is signed in.</summary>
/// <param name="Name">The person's peer name.</param>
/// <param name="Key">The person's key (SubjectPublicKeyInfo).</param>
/// <param name="Id">The endpoint.</param>
/// <param name="Port">Where it listens.</param>
internal sealed record OwnEndpoint(PeerName Name, byte[] Key, Guid Id, ushort Port)
{
    /// <summary>The endpoint, among all.</summary>
    public EndpointKey EndpointKey { get; } = new(Name.Authority, Id);
}
