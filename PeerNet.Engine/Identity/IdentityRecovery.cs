using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Identity;

/// <summary>Makes the list of identities anew from the key files: each holds the identity's certificate, and that its name.</summary>
internal static class IdentityRecovery
{
    /// <summary>What key files are called.</summary>
    public const string AnyKey = "*.p12";

    /// <summary>The identities of a folder, oldest first, and the key files that are none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="known">What could be read of the list, by authority: people may have renamed identities since.</param>
    public static (List<StoredIdentity> Identities, List<string> Unreadable) Run(
        string folder, IReadOnlyDictionary<string, StoredIdentity> known)
    {
        List<StoredIdentity> identities = [.. known.Values];
        List<string> unreadable = [];
        foreach (string path in Directory.EnumerateFiles(folder, AnyKey)
            .Where(path => !known.ContainsKey(Path.GetFileNameWithoutExtension(path)))
            .Order(StringComparer.Ordinal))
        {
            if (TryRead(path, out StoredIdentity? identity) && identity.KeyFileName == Path.GetFileName(path))
            {
                identities.Add(identity);
            }
            else
            {
                unreadable.Add(Path.GetFileName(path));
            }
        }

        return ([.. identities.OrderBy(identity => identity.Created)], unreadable);
    }

    private static bool TryRead(string path, [NotNullWhen(true)] out StoredIdentity? identity)
    {
        identity = null;
        return ReadFile(path) is { } file
            && KeyFile.TryReadCertificate(file, out PeerCertificate? certificate, out bool isPasswordProtected)
            && CertificateExtensionCodec.TryReadPeerName(certificate.SubjectAlternativeName, out string? name)
            && StoredIdentity.TryCreate(
                name,
                certificate,
                ReadCommonName(certificate),
                certificate.NotBefore + CertificateValidity.ClockTolerance,
                isPasswordProtected,
                out identity);
    }

    private static byte[]? ReadFile(string path)
    {
        try
        {
            return AtomicFile.Read(path, KeyFile.MaximumLength) is { } file ? DataProtection.Unprotect(file) : null;
        }
        catch (Exception exception) when (exception is PeerException or CryptographicException)
        {
            // It is told as one that cannot be read.
            return null;
        }
    }

    private static string? ReadCommonName(PeerCertificate certificate) =>
        new X500DistinguishedName(certificate.Subject.Span)
            .EnumerateRelativeDistinguishedNames()
            .FirstOrDefault(part => !part.HasMultipleElements)
            ?.GetSingleElementValue();
}
