using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Text;

namespace PeerNet.Engine.Security;

/// <summary>
/// The values of PNRP's certificate extensions (MS-PNRP 2.2.3.5.1). Readers throw <see cref="AsnContentException"/> on
/// what is not DER, for the certificate reader to catch, and return false on what is DER but not allowed.
/// </summary>
/// <remarks>
/// The sizes in the specification's ASN.1, 1 to 150 and 1 to 192, count a NUL that its text does not mention: a
/// classifier has 0 to 149 characters. Writers add the NUL, without which an empty classifier would be too short;
/// readers take strings with and without it.
/// </remarks>
internal static class CertificateExtensionCodec
{
    private const int MaximumPeerName = 192;
    private const int MaximumClassifier = 150;
    /// <summary>Bytes of a role's UUID.</summary>
    public const int RoleLength = 16;


    // 1.2, in network byte order.
    private static readonly byte[] Version = [0x01, 0x00, 0x02, 0x00];

    private static readonly byte[] AdminRole = Convert.FromHexString("04387127aa56450a8ce54f565c6790f4");
    private static readonly byte[] MemberRole = Convert.FromHexString("f12dc4c708574ca093fcb1bb19a3d8c2");

    // MS-PPSEC 2.2.5.3. MS-PNRP prints dd15f41f…, which p2p.h gives to the user's picture: read, never written.
    private static readonly byte[] InvitingMemberRole = Convert.FromHexString("4370fd89dc184cfb8dbf9853a8a9f905");
    private static readonly byte[] InvitingMemberRoleOfPnrp = Convert.FromHexString("dd15f41ffc4e4922b0354c06a754d01d");

    private static readonly Asn1Tag OtherNameTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag UniversalStringTag = new(UniversalTagNumber.UniversalString);
    private static readonly UTF32Encoding Utf32 = new(bigEndian: true, byteOrderMark: false, throwOnInvalidCharacters: true);

    public static byte[] EncodeType(PeerCertificateType type)
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(value, (int)type);
        return EncodeOctets(value);
    }

    public static byte[] EncodeVersion() => EncodeOctets(Version);

    public static byte[] EncodeFlags() => EncodeOctets(stackalloc byte[sizeof(int)]);

    /// <summary>A GeneralNames with one peer name: the value of PnrpPeerName and of both alternative names.</summary>
    public static byte[] EncodePeerName(string name) => EncodeNames(PeerOids.PeerNameValue, [name]);

    public static byte[] EncodeClassifiers(IReadOnlyList<string> classifiers) =>
        EncodeNames(PeerOids.ClassifierValue, classifiers);

    public static byte[] EncodeRole(PeerRole role)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteOctetString(IdOf(role));
        }

        return writer.Encode();
    }

    public static bool TryReadType(ReadOnlyMemory<byte> value, out PeerCertificateType type)
    {
        byte[] octets = ReadOctets(value);
        type = octets.Length == sizeof(int) ? (PeerCertificateType)BinaryPrimitives.ReadInt32LittleEndian(octets) : default;
        return type is PeerCertificateType.Member or PeerCertificateType.Root or PeerCertificateType.Identity;
    }

    public static bool IsVersion(ReadOnlyMemory<byte> value) => ReadOctets(value).AsSpan().SequenceEqual(Version);

    public static bool TryReadPeerName(ReadOnlyMemory<byte> value, [NotNullWhen(true)] out string? name)
    {
        bool read = TryReadNames(value, PeerOids.PeerNameValue, MaximumPeerName, out List<string> names);
        name = read && names.Count == 1 ? names[0] : null;
        return name is not null;
    }

    public static bool TryReadClassifiers(ReadOnlyMemory<byte> value, out List<string> classifiers) =>
        TryReadNames(value, PeerOids.ClassifierValue, MaximumClassifier, out classifiers);

    /// <summary>The greatest of the roles that a certificate gives.</summary>
    public static bool TryReadRole(ReadOnlyMemory<byte> value, out PeerRole role)
    {
        role = PeerRole.Member;
        AsnReader reader = new(value, AsnEncodingRules.DER);
        AsnReader roles = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        bool any = false;
        while (roles.HasData)
        {
            byte[] uuid = roles.ReadOctetString();
            if (uuid.Length != RoleLength || ToRole(uuid) is not { } one)
            {
                return false;
            }

            role = one > role ? one : role;
            any = true;
        }

        return any;
    }

    /// <summary>The UUID of a role, in network order.</summary>
    public static ReadOnlySpan<byte> IdOf(PeerRole role) => role switch
    {
        PeerRole.Admin => AdminRole,
        PeerRole.InvitingMember => InvitingMemberRole,
        _ => MemberRole,
    };

    /// <summary>The role that a UUID stands for; null for none.</summary>
    public static PeerRole? ToRole(ReadOnlySpan<byte> uuid) =>
        uuid.SequenceEqual(AdminRole) ? PeerRole.Admin
        : uuid.SequenceEqual(MemberRole) ? PeerRole.Member
        : uuid.SequenceEqual(InvitingMemberRole) || uuid.SequenceEqual(InvitingMemberRoleOfPnrp) ? PeerRole.InvitingMember
        : null;

    private static byte[] EncodeOctets(ReadOnlySpan<byte> octets)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        writer.WriteOctetString(octets);
        return writer.Encode();
    }

    private static byte[] ReadOctets(ReadOnlyMemory<byte> value)
    {
        AsnReader reader = new(value, AsnEncodingRules.DER);
        byte[] octets = reader.ReadOctetString();
        reader.ThrowIfNotEmpty();
        return octets;
    }

    private static byte[] EncodeNames(string typeId, IReadOnlyList<string> names)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (string name in names)
            {
                using (writer.PushSequence(OtherNameTag))
                {
                    writer.WriteObjectIdentifier(typeId);
                    using (writer.PushSequence(OtherNameTag))
                    {
                        writer.WriteEncodedValue(EncodeUniversalString(name));
                    }
                }
            }
        }

        return writer.Encode();
    }

    // AsnWriter has no UniversalString; its octets are those of an OCTET STRING under another tag.
    private static byte[] EncodeUniversalString(string text)
    {
        byte[] encoded = EncodeOctets(Utf32.GetBytes(text + '\0'));
        UniversalStringTag.Encode(encoded);
        return encoded;
    }

    private static bool TryReadNames(ReadOnlyMemory<byte> value, string typeId, int maximum, out List<string> names)
    {
        names = [];
        AsnReader reader = new(value, AsnEncodingRules.DER);
        AsnReader list = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        while (list.HasData)
        {
            AsnReader otherName = list.ReadSequence(OtherNameTag);
            if (otherName.ReadObjectIdentifier() != typeId)
            {
                return false;
            }

            AsnReader content = otherName.ReadSequence(OtherNameTag);
            otherName.ThrowIfNotEmpty();
            if (!TryReadUniversalString(content, maximum, out string? name))
            {
                return false;
            }

            names.Add(name);
        }

        return true;
    }

    private static bool TryReadUniversalString(AsnReader reader, int maximum, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (reader.PeekTag() != UniversalStringTag)
        {
            return false;
        }

        ReadOnlySpan<byte> octets = reader.PeekContentBytes().Span;
        reader.ReadEncodedValue();
        reader.ThrowIfNotEmpty();
        if (octets.Length % sizeof(int) != 0 || octets.Length > maximum * sizeof(int))
        {
            return false;
        }

        try
        {
            text = Utf32.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            // A surrogate or a value beyond Unicode: bad input, like any other.
            return false;
        }

        text = text.EndsWith('\0') ? text[..^1] : text;
        return true;
    }
}
