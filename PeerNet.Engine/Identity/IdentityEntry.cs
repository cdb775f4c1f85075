using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Identity;

/// <summary>One identity as it is on the disk, beside its key and without it.</summary>
internal sealed class IdentityEntry
{
    /// <summary>The form of the file; 0 in a list, which has its own.</summary>
    public int Version { get; set; }

    public string? PeerName { get; set; }

    public string? FriendlyName { get; set; }

    public DateTimeOffset Created { get; set; }

    public bool IsPasswordProtected { get; set; }

    public byte[]? Certificate { get; set; }

    public static IdentityEntry Of(StoredIdentity identity, int version) => new()
    {
        Version = version,
        PeerName = identity.PeerName.Value,
        FriendlyName = identity.FriendlyName,
        Created = identity.Created,
        IsPasswordProtected = identity.IsPasswordProtected,
        Certificate = identity.Certificate.RawData.ToArray(),
    };

    /// <summary>The identity, unless the entry is damaged.</summary>
    public bool TryRead([NotNullWhen(true)] out StoredIdentity? identity)
    {
        identity = null;
        return Certificate is not null
            && PeerCertificate.TryRead(Certificate, out PeerCertificate? certificate)
            && StoredIdentity.TryCreate(PeerName, certificate, FriendlyName, Created, IsPasswordProtected, out identity);
    }
}
