using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Settings;

/// <summary>The certificate, with its key, by which clients know a hosted cache of version 1. A file that only the user can
/// read.</summary>
/// <param name="folder">The folder, which exists and is this node's alone.</param>
internal sealed class OfferCertificate(string folder) : IDisposable
{
    private const int MaximumLength = 64 * 1024;

    private readonly string _path = Path.Combine(folder, "hosted-cache.p12");
    private X509Certificate2? _current;

    /// <summary>The certificate; null where there is none.</summary>
    /// <exception cref="PeerException">The file is damaged, or of another account.</exception>
    public X509Certificate2? Current => _current ??= Read();

    /// <summary>Puts another certificate in its place.</summary>
    /// <param name="pkcs12">PKCS #12 without password.</param>
    /// <exception cref="PeerException">It is none, or has no key.</exception>
    public void Replace(ReadOnlyMemory<byte> pkcs12)
    {
        X509Certificate2 certificate = Load(pkcs12.ToArray(), "The certificate");
        AtomicFile.Write(_path, DataProtection.Protect(pkcs12.ToArray()), isPrivate: true);
        _current = certificate;
    }

    /// <summary>Forgets the certificate.</summary>
    public void Remove()
    {
        AtomicFile.Delete(_path);
        _current = null;
    }

    public void Dispose() => _current?.Dispose();

    private X509Certificate2? Read()
    {
        if (AtomicFile.Read(_path, MaximumLength) is not { } content)
        {
            return null;
        }

        try
        {
            return Load(DataProtection.Unprotect(content), $"'{_path}'");
        }
        catch (CryptographicException exception)
        {
            throw Damaged($"'{_path}'", exception);
        }
    }

    private static X509Certificate2 Load(byte[] pkcs12, string name)
    {
        try
        {
            X509Certificate2 certificate = X509CertificateLoader.LoadPkcs12(pkcs12, password: null);
            return certificate.HasPrivateKey ? certificate : throw Damaged(name, null);
        }
        catch (CryptographicException exception)
        {
            throw Damaged(name, exception);
        }
    }

    private static PeerException Damaged(string name, Exception? cause) =>
        PeerErrors.InvalidDistributionConfiguration.Exception(
            $"{name} is damaged or has no private key; set it again with Set-PeerDistribution -Certificate.", null, cause);
}
