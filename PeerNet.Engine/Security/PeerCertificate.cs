using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Security;

/// <summary>
/// A certificate that has the form of MS-PNRP 2.2.3.5: X.509 version 3, a serial number of 16 bytes, the signature
/// algorithm and key of one suite, PNRP's extensions critical, and no critical extension that is unknown here. Its
/// signature and its time have not been judged.
/// </summary>
internal sealed class PeerCertificate
{
    /// <summary>Largest certificate, in bytes; most have less than 1 KiB, long lists of classifiers take more.</summary>
    public const int MaximumLength = 32 * 1024;

    private const int Version3 = 2;
    private const int SerialLength = 16;

    // 255 characters of the widest encoding, with the structure around them.
    private const int MaximumNameLength = (255 * 4) + 64;

    private static readonly Asn1Tag VersionTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3, isConstructed: true);

    private ReadOnlyMemory<byte> _toBeSigned;
    private byte[] _signature = [];

    private PeerCertificate(ReadOnlyMemory<byte> rawData, PeerPublicKey publicKey)
    {
        RawData = rawData;
        PublicKey = publicKey;
    }

    /// <summary>The DER.</summary>
    public ReadOnlyMemory<byte> RawData { get; }

    public PeerPublicKey PublicKey { get; }

    /// <summary>The serial number; its issuer gives no two certificates the same.</summary>
    public Bits128 SerialNumber { get; private init; }

    /// <summary>The DER of the subject's name.</summary>
    public ReadOnlyMemory<byte> Subject { get; private set; }

    public DateTimeOffset NotBefore { get; private set; }

    public DateTimeOffset NotAfter { get; private set; }

    public PeerCertificateType Type { get; private set; }

    /// <summary>The DER values of the alternative names; empty where there is none.</summary>
    public ReadOnlyMemory<byte> SubjectAlternativeName { get; private set; }

    /// <summary>The peer name in the subject's alternative names; null where there is none.</summary>
    public string? SubjectPeerName { get; private set; }

    /// <inheritdoc cref="SubjectAlternativeName"/>
    public ReadOnlyMemory<byte> IssuerAlternativeName { get; private set; }

    public string? PeerName { get; private set; }

    public PeerRole? Role { get; private set; }

    /// <summary>The classifiers delegated; null where the extension is missing, empty for all.</summary>
    public IReadOnlyList<string>? Classifiers { get; private set; }

    /// <summary>Reads a certificate of either suite. Hostile input: nothing throws.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out PeerCertificate? certificate)
    {
        certificate = null;
        if (der.Length > MaximumLength)
        {
            return false;
        }

        try
        {
            certificate = Read(der);
        }
        catch (AsnContentException)
        {
            // Not DER, or not a certificate: bad input, which the caller counts.
            return false;
        }

        return certificate is not null;
    }

    /// <summary>Whether <paramref name="issuer"/> signed this certificate.</summary>
    public bool IsSignedBy(PeerPublicKey issuer) =>
        ReferenceEquals(issuer.Algorithms, PublicKey.Algorithms)
        && issuer.VerifyCertificate(_toBeSigned.Span, _signature);

    /// <inheritdoc cref="IsSignedBy(PeerPublicKey)"/>
    /// <param name="issuer">The key.</param>
    /// <param name="keys">Where it is looked for first.</param>
    public bool IsSignedBy(PeerPublicKey issuer, ReadyKeys keys)
    {
        if (issuer.Suite != PeerSuite.Modern || PublicKey.Suite != PeerSuite.Modern)
        {
            return IsSignedBy(issuer);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_toBeSigned.Span, hash);
        return keys.VerifyHash(issuer, hash, _signature, DSASignatureFormat.Rfc3279DerSequence);
    }

    public bool IsValidAt(DateTimeOffset utc) => NotBefore <= utc && utc <= NotAfter;

    private static PeerCertificate? Read(ReadOnlyMemory<byte> der)
    {
        AsnReader outer = new(der, AsnEncodingRules.DER);
        AsnReader reader = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        ReadOnlyMemory<byte> toBeSigned = reader.PeekEncodedValue();
        AsnReader body = reader.ReadSequence();
        ReadOnlyMemory<byte> algorithm = reader.ReadEncodedValue();
        byte[] signature = reader.ReadBitString(out int unusedBits);
        reader.ThrowIfNotEmpty();

        SuiteAlgorithms? suite = ToSuite(algorithm);
        if (suite is null || unusedBits != 0 || !TryReadHead(body, algorithm, out Bits128 serialNumber))
        {
            return null;
        }

        ReadOnlyMemory<byte> issuer = body.ReadEncodedValue();
        AsnReader validity = body.ReadSequence();
        DateTimeOffset notBefore = ReadTime(validity);
        DateTimeOffset notAfter = ReadTime(validity);
        validity.ThrowIfNotEmpty();
        ReadOnlyMemory<byte> subject = body.ReadEncodedValue();
        ReadOnlyMemory<byte> keyInfo = body.ReadEncodedValue();
        if (issuer.Length > MaximumNameLength || subject.Length > MaximumNameLength
            || !PeerPublicKey.TryReadSubjectPublicKeyInfo(suite, keyInfo.Span, out PeerPublicKey? key))
        {
            return null;
        }

        PeerCertificate certificate = new(der, key)
        {
            _toBeSigned = toBeSigned,
            _signature = signature,
            SerialNumber = serialNumber,
            Subject = subject,
            NotBefore = notBefore,
            NotAfter = notAfter,
        };
        return certificate.TryReadExtensions(body) ? certificate : null;
    }

    private static bool TryReadHead(AsnReader body, ReadOnlyMemory<byte> algorithm, out Bits128 serialNumber)
    {
        serialNumber = default;
        AsnReader version = body.ReadSequence(VersionTag);
        if (!version.TryReadInt32(out int number) || number != Version3)
        {
            return false;
        }

        version.ThrowIfNotEmpty();
        ReadOnlySpan<byte> serial = body.ReadIntegerBytes().Span;
        if (serial.Length != SerialLength)
        {
            return false;
        }

        serialNumber = Bits128.Read(serial);
        return body.ReadEncodedValue().Span.SequenceEqual(algorithm.Span);
    }

    private static SuiteAlgorithms? ToSuite(ReadOnlyMemory<byte> algorithm)
    {
        AsnReader reader = new(algorithm, AsnEncodingRules.DER);
        string oid = reader.ReadSequence().ReadObjectIdentifier();
        return oid == SuiteAlgorithms.Modern.CertificateSignatureOid ? SuiteAlgorithms.Modern
            : oid == SuiteAlgorithms.Windows.CertificateSignatureOid ? SuiteAlgorithms.Windows
            : null;
    }

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    // What precedes the extensions may only be unique ids, which MS-PNRP forbids; ReadSequence rejects their tags.
    private bool TryReadExtensions(AsnReader body)
    {
        AsnReader wrapper = body.ReadSequence(ExtensionsTag);
        body.ThrowIfNotEmpty();
        AsnReader extensions = wrapper.ReadSequence();
        wrapper.ThrowIfNotEmpty();
        HashSet<string> seen = [];
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            string oid = extension.ReadObjectIdentifier();
            bool isCritical = extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
            byte[] value = extension.ReadOctetString();
            extension.ThrowIfNotEmpty();
            if (!seen.Add(oid) || !TryTake(oid, isCritical, value))
            {
                return false;
            }
        }

        return seen.Contains(PeerOids.CertificateType) && seen.Contains(PeerOids.CertificateVersion);
    }

    // Names of other kinds are allowed there, and none of ours.
    private static string? ToPeerName(ReadOnlyMemory<byte> alternativeNames)
    {
        try
        {
            return CertificateExtensionCodec.TryReadPeerName(alternativeNames, out string? name) ? name : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private bool TryTake(string oid, bool isCritical, ReadOnlyMemory<byte> value)
    {
        switch (oid)
        {
            case PeerOids.CertificateType:
                bool hasType = CertificateExtensionCodec.TryReadType(value, out PeerCertificateType type);
                Type = type;
                return isCritical && hasType;
            case PeerOids.CertificateVersion:
                return isCritical && CertificateExtensionCodec.IsVersion(value);
            case PeerOids.PeerName:
                bool hasName = CertificateExtensionCodec.TryReadPeerName(value, out string? name);
                PeerName = name;
                return isCritical && hasName;
            case PeerOids.Roles:
                bool hasRole = CertificateExtensionCodec.TryReadRole(value, out PeerRole role);
                Role = role;
                return isCritical && hasRole;
            case PeerOids.Classifiers:
                bool hasClassifiers = CertificateExtensionCodec.TryReadClassifiers(value, out List<string> classifiers);
                Classifiers = classifiers;
                return isCritical && hasClassifiers;
            case PeerOids.SubjectAlternativeName:
                SubjectAlternativeName = value;
                SubjectPeerName = ToPeerName(value);
                return value.Length <= MaximumNameLength;
            case PeerOids.IssuerAlternativeName:
                IssuerAlternativeName = value;
                return value.Length <= MaximumNameLength;
            case PeerOids.IdentityFlags or PeerOids.GroupFlags or PeerOids.ExtendedKeyUsage:
                return true;
            default:
                return !isCritical;
        }
    }
}
