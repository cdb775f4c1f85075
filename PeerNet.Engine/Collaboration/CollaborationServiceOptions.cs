using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Collaboration;

/// <summary>How collaboration runs.</summary>
internal sealed record CollaborationServiceOptions
{
    /// <summary>Its folder: the endpoint's id, contacts and applications.</summary>
    public required string Folder { get; init; }

    /// <summary>The addresses to use.</summary>
    public AddressChoice Addresses { get; init; } = AddressChoice.All;

    /// <summary>The port of WS-Discovery.</summary>
    public required int DiscoveryPort { get; init; }

    /// <summary>Most connections of others that are taken in at the same time.</summary>
    public required int MaximumConnections { get; init; }
}
