using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>A connection between two identities that TLS has just secured.</summary>
internal sealed record NewLink
{
    /// <summary>Its number; never used again.</summary>
    public required int Id { get; init; }

    /// <summary>The call that it came of; null where the other side called.</summary>
    public int? Call { get; init; }

    /// <summary>The other side's peer name.</summary>
    public required PeerName Name { get; init; }

    /// <summary>The other side's key (SubjectPublicKeyInfo), which it has proven to have.</summary>
    public required byte[] Key { get; init; }

    /// <summary>The other side's certificate.</summary>
    public ReadOnlyMemory<byte> Certificate { get; init; }

    /// <summary>Where the other side is.</summary>
    public required IPEndPoint Remote { get; init; }

    /// <summary>Whose share of the places it takes.</summary>
    public required AddressBlock Source { get; init; }

    /// <summary>Whether the other side is on the same link of the network.</summary>
    public required bool IsOnLink { get; init; }
}
