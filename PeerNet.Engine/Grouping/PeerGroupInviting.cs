using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping;

/// <summary>An identity that is to be invited.</summary>
public sealed record PeerGroupInviting
{
    /// <summary>The self-signed certificate of the identity.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>The role it gets.</summary>
    public PeerRole Role { get; init; }

    /// <summary>Until when it counts; null for the group's membership lifetime, within the issuer's credential.</summary>
    public DateTimeOffset? Expires { get; init; }
}
