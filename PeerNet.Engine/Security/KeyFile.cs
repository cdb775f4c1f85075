using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;

namespace PeerNet.Engine.Security;

/// <summary>
/// A key and its certificate as PKCS #12. Under a password the key is encrypted with AES-256 and PBKDF2-HMAC-SHA256, and
/// the whole has an integrity code made from the password.
/// </summary>
internal static class KeyFile
{
    /// <summary>How often passwords are stretched.</summary>
    public const int Iterations = 600_000;

    /// <summary>Largest file, in bytes.</summary>
    public const int MaximumLength = 64 * 1024;

    // A hostile file must not buy more than a few times the work of our own.
    private const int MaximumIterations = 4 * Iterations;

    private static readonly PbeParameters Encryption =
        new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations);

    /// <summary>Writes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="certificate">The DER of its certificate.</param>
    /// <param name="password">The password; empty for none, when the file's mode must protect it.</param>
    public static byte[] Encode(PeerPrivateKey key, ReadOnlyMemory<byte> certificate, ReadOnlySpan<char> password)
    {
        Pkcs12SafeContents contents = new();
        contents.AddSafeBag(new Pkcs12CertBag(new Oid("1.2.840.113549.1.9.22.1"), EncodeOctets(certificate.Span)));
        Pkcs12Builder builder = new();
        if (password.IsEmpty)
        {
            contents.AddKeyUnencrypted(key.Key);
            builder.AddSafeContentsUnencrypted(contents);
            builder.SealWithoutIntegrity();
        }
        else
        {
            contents.AddShroudedKey(key.Key, password, Encryption);
            builder.AddSafeContentsUnencrypted(contents);
            builder.SealWithMac(password, HashAlgorithmName.SHA256, Iterations);
        }

        return builder.Encode();
    }

    /// <summary>Reads what <see cref="Encode"/> wrote. Hostile input: nothing throws.</summary>
    public static KeyFileStatus TryDecode(
        ReadOnlyMemory<byte> file, ReadOnlySpan<char> password, out PeerPrivateKey? key, out PeerCertificate? certificate)
    {
        key = null;
        certificate = null;
        try
        {
            return file.Length > MaximumLength || !IsAffordable(file)
                ? KeyFileStatus.Damaged
                : Decode(file, password, out key, out certificate);
        }
        catch (Exception exception) when (
            exception is CryptographicException or AsnContentException or PlatformNotSupportedException)
        {
            // Not a PKCS #12, none with a key in it, or a key on a strange curve: bad input, which the caller reports.
            key?.Dispose();
            key = null;
            return KeyFileStatus.Damaged;
        }
    }

    /// <summary>Reads the certificate, which no password hides. Hostile input: nothing throws.</summary>
    /// <param name="file">The file.</param>
    /// <param name="certificate">The certificate.</param>
    /// <param name="isPasswordProtected">Whether the key is under a password. One that is not has been read, and is the
    /// certificate's.</param>
    public static bool TryReadCertificate(
        ReadOnlyMemory<byte> file, [NotNullWhen(true)] out PeerCertificate? certificate, out bool isPasswordProtected)
    {
        KeyFileStatus status = TryDecode(file, [], out PeerPrivateKey? key, out certificate);
        key?.Dispose();
        isPasswordProtected = status == KeyFileStatus.WrongPassword;
        return status != KeyFileStatus.Damaged && certificate is not null;
    }

    private static KeyFileStatus Decode(
        ReadOnlyMemory<byte> file, ReadOnlySpan<char> password, out PeerPrivateKey? key, out PeerCertificate? certificate)
    {
        key = null;
        certificate = null;
        Pkcs12Info info = Pkcs12Info.Decode(file, out _);
        if (info.IntegrityMode != (password.IsEmpty ? Pkcs12IntegrityMode.None : Pkcs12IntegrityMode.Password))
        {
            certificate = password.IsEmpty ? ReadCertificate(ReadBags(info)) : null;
            return password.IsEmpty ? KeyFileStatus.WrongPassword : KeyFileStatus.Damaged;
        }

        if (!password.IsEmpty && !info.VerifyMac(password))
        {
            return KeyFileStatus.WrongPassword;
        }

        List<Pkcs12SafeBag> bags = ReadBags(info);
        certificate = ReadCertificate(bags);
        if (certificate is null)
        {
            return KeyFileStatus.Damaged;
        }

        key = ReadKey(bags, certificate.PublicKey.Algorithms.Suite, password);
        if (key is not null && key.PublicKey.Equals(certificate.PublicKey))
        {
            return KeyFileStatus.Ok;
        }

        key?.Dispose();
        key = null;
        return KeyFileStatus.Damaged;
    }

    private static List<Pkcs12SafeBag> ReadBags(Pkcs12Info info) =>
    [
        .. info.AuthenticatedSafe
            .Where(contents => contents.ConfidentialityMode == Pkcs12ConfidentialityMode.None)
            .SelectMany(contents => contents.GetBags()),
    ];

    private static PeerCertificate? ReadCertificate(List<Pkcs12SafeBag> bags) =>
        bags.OfType<Pkcs12CertBag>().ToList() is [var bag]
        && PeerCertificate.TryRead(DecodeOctets(bag.EncodedCertificate), out PeerCertificate? certificate)
            ? certificate
            : null;

    private static PeerPrivateKey? ReadKey(List<Pkcs12SafeBag> bags, PeerSuite suite, ReadOnlySpan<char> password)
    {
        AsymmetricAlgorithm algorithm = suite == PeerSuite.Modern ? ECDsa.Create() : RSA.Create();
        if (TryImport(algorithm, bags, password) && (algorithm.KeySize is 256 or 1024))
        {
            return new PeerPrivateKey(algorithm);
        }

        algorithm.Dispose();
        return null;
    }

    private static bool TryImport(AsymmetricAlgorithm algorithm, List<Pkcs12SafeBag> bags, ReadOnlySpan<char> password)
    {
        if (password.IsEmpty && bags.OfType<Pkcs12KeyBag>().ToList() is [var plain])
        {
            algorithm.ImportPkcs8PrivateKey(plain.Pkcs8PrivateKey.Span, out _);
            return true;
        }

        if (!password.IsEmpty && bags.OfType<Pkcs12ShroudedKeyBag>().ToList() is [var shrouded]
            && IsAffordableKey(shrouded.EncryptedPkcs8PrivateKey))
        {
            algorithm.ImportEncryptedPkcs8PrivateKey(password, shrouded.EncryptedPkcs8PrivateKey.Span, out _);
            return true;
        }

        return false;
    }

    // RFC 7292 4: PFX { version, authSafe, MacData { mac, salt, iterations } OPTIONAL }.
    private static bool IsAffordable(ReadOnlyMemory<byte> file)
    {
        AsnReader pfx = new AsnReader(file, AsnEncodingRules.BER).ReadSequence();
        pfx.ReadEncodedValue();
        pfx.ReadEncodedValue();
        if (!pfx.HasData)
        {
            return true;
        }

        AsnReader mac = pfx.ReadSequence();
        mac.ReadEncodedValue();
        mac.ReadEncodedValue();
        return !mac.HasData || (mac.TryReadInt32(out int iterations) && iterations <= MaximumIterations);
    }

    // RFC 8018 A.4: { PBES2, { { PBKDF2, { salt, iterations, … } }, cipher } }.
    private static bool IsAffordableKey(ReadOnlyMemory<byte> encryptedKey)
    {
        AsnReader algorithm = new AsnReader(encryptedKey, AsnEncodingRules.BER).ReadSequence().ReadSequence();
        if (algorithm.ReadObjectIdentifier() != "1.2.840.113549.1.5.13")
        {
            return false;
        }

        AsnReader derivation = algorithm.ReadSequence().ReadSequence();
        if (derivation.ReadObjectIdentifier() != "1.2.840.113549.1.5.12")
        {
            return false;
        }

        AsnReader parameters = derivation.ReadSequence();
        parameters.ReadOctetString();
        return parameters.TryReadInt32(out int iterations) && iterations <= MaximumIterations;
    }

    private static byte[] EncodeOctets(ReadOnlySpan<byte> octets)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        writer.WriteOctetString(octets);
        return writer.Encode();
    }

    private static byte[] DecodeOctets(ReadOnlyMemory<byte> encoded) =>
        new AsnReader(encoded, AsnEncodingRules.DER).ReadOctetString();
}
