using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Identity;

/// <summary>An identity as it was when it was asked for; its private key stays in the store.</summary>
public sealed record PeerIdentity
{
    /// <summary>The identity's own peer name.</summary>
    public required PeerName PeerName { get; init; }

    /// <summary>The name people give it; it may be changed and need not be unique.</summary>
    public required string FriendlyName { get; init; }

    /// <summary>Whether it is used where none is named.</summary>
    public bool IsDefault { get; init; }

    /// <summary>The suite of its key.</summary>
    public required PeerSuite Suite { get; init; }

    /// <summary>The public key; its authority is the one in the peer name.</summary>
    public required PeerPublicKey PublicKey { get; init; }

    /// <summary>The self-signed certificate, without private key.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>Whether the key file is under a password of its own.</summary>
    public bool IsPasswordProtected { get; init; }

    /// <summary>Whether this process holds the private key open.</summary>
    public bool IsUnlocked { get; init; }

    /// <summary>Whether the key file is missing, damaged or not readable: nothing can be signed with it, and a backup or an
    /// export of the identity is needed.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>The peer name.</summary>
    public override string ToString() => PeerName.Value;
}
