using PeerNet.Engine.Core;
using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>
/// A view of an Encoded CPA (MS-PNRP 2.2.3.1): what a node claims of a registration, under its signature. Syntax only;
/// <see cref="AuthorityValidator"/> judges it.
/// </summary>
/// <remarks>
/// Integers are little-endian, service location and authority have their least significant byte first. The specification
/// reverses neither nonce nor classifier hash: they are the bytes of the INQUIRE and of the hash.
/// </remarks>
internal readonly ref struct CertifiedPeerAddress
{
    public const int MaximumServiceAddresses = 4;

    /// <summary>Bytes before the first optional field.</summary>
    public const int FixedLength = 48;

    /// <summary>Most bytes of a friendly name.</summary>
    public const int MaximumFriendlyName = 78;

    private const byte MinorVersion = 0x00;
    private const byte MajorVersion = 0x02;
    private const int CountedHeadLength = 4;
    private const uint EndpointsPayload = 0x00000001;
    private const int PayloadHeadLength = 6;

    /// <summary>The R flag: the registration is withdrawn.</summary>
    public bool IsRevoke { get; init; }

    /// <summary>The X flag: the registration has an extended payload.</summary>
    public bool HasExtendedPayload { get; init; }

    /// <summary>When it expires, as a FILETIME.</summary>
    public ulong NotAfter { get; init; }

    public Bits128 ServiceLocation { get; init; }

    /// <summary>The nonce of the INQUIRE; zero in a revoke CPA.</summary>
    public Bits128 Nonce { get; init; }

    /// <summary>The authority as it lies on the wire, least significant byte first; empty for an unsecured name.</summary>
    public ReadOnlySpan<byte> ReversedAuthority { get; init; }

    /// <summary>The hash of the classifier, or empty.</summary>
    public ReadOnlySpan<byte> ClassifierHash { get; init; }

    /// <summary>The friendly name: 1 to <see cref="MaximumFriendlyName"/> bytes, or empty.</summary>
    public ReadOnlySpan<byte> FriendlyName { get; init; }

    /// <summary>The U flag: the friendly name is in UTF-8, else in UTF-16LE.</summary>
    public bool IsFriendlyNameUtf8 { get; init; }

    /// <summary>Where the registering node listens: 1 to <see cref="MaximumServiceAddresses"/>, also 0 in a revoke CPA.</summary>
    public PnrpEndpointList ServiceAddresses { get; init; }

    /// <summary>Where the application listens: 0 to <see cref="PeerRegistrationRequest.MaximumEndpoints"/>.</summary>
    public AppEndpointList Endpoints { get; init; }

    /// <summary>The signer's key: <see cref="SuiteAlgorithms.PublicKeyLength"/> bytes.</summary>
    public ReadOnlySpan<byte> PublicKey { get; init; }

    /// <summary>The signature: <see cref="SuiteAlgorithms.SignatureLength"/> bytes.</summary>
    public ReadOnlySpan<byte> Signature { get; init; }

    /// <summary>The bytes under the signature, of a CPA that was read.</summary>
    public ReadOnlySpan<byte> SignedData { get; private init; }

    private int PayloadLength => Endpoints.Count == 0 ? 0 : PayloadHeadLength + Endpoints.Elements.Length;

    /// <summary>Copies the authority, most significant byte first; zeros where there is none.</summary>
    public void CopyAuthority(Span<byte> destination)
    {
        if (ReversedAuthority.IsEmpty)
        {
            destination.Clear();
            return;
        }

        ReversedAuthority.CopyTo(destination);
        destination.Reverse();
    }

    /// <summary>Whether the encoded CPA has the versions of the suite; the layout of others is not known.</summary>
    public static bool HasVersion(ReadOnlySpan<byte> encoded, SuiteAlgorithms suite) =>
        encoded.Length >= FixedLength
        && encoded[2] == MinorVersion
        && encoded[3] == MajorVersion
        && encoded[4] == PnrpVersion.Minor
        && encoded[5] == PnrpVersion.MajorOf(suite);

    /// <summary>Reads a CPA that is exactly as long as <paramref name="encoded"/>. Nothing throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> encoded, SuiteAlgorithms suite, out CertifiedPeerAddress cpa)
    {
        cpa = default;
        var reader = new WireReader(encoded);
        if (!reader.TryReadUInt16LittleEndian(out ushort length)
            || length != encoded.Length
            || !HasVersion(encoded, suite)
            || !reader.TrySkip(4)
            || !reader.TryReadByte(out byte flagBits)
            || !reader.TrySkip(1)
            || !reader.TryReadUInt64LittleEndian(out ulong notAfter)
            || !reader.TryReadBits128LittleEndian(out Bits128 location)
            || !reader.TryReadBits128(out Bits128 nonce))
        {
            return false;
        }

        var flags = (CpaFlags)flagBits;
        bool isRevoke = flags.HasFlag(CpaFlags.Revoke);
        if ((isRevoke && nonce != default)
            || !TryReadHash(ref reader, flags.HasFlag(CpaFlags.Authority), out ReadOnlySpan<byte> authority)
            || !TryReadHash(ref reader, flags.HasFlag(CpaFlags.ClassifierHash), out ReadOnlySpan<byte> classifier)
            || !TryReadFriendlyName(ref reader, flags, out ReadOnlySpan<byte> friendlyName)
            || !TryReadServiceAddresses(ref reader, isRevoke ? 0 : 1, out PnrpEndpointList addresses)
            || !TryReadPayload(ref reader, out AppEndpointList endpoints)
            || !CpaPublicKey.TryRead(ref reader, suite, out ReadOnlySpan<byte> publicKey))
        {
            return false;
        }

        ReadOnlySpan<byte> signed = encoded[..reader.Position];
        if (!SignatureStructure.TryRead(ref reader, suite, out ReadOnlySpan<byte> signature) || reader.Remaining != 0)
        {
            return false;
        }

        cpa = new CertifiedPeerAddress
        {
            IsRevoke = isRevoke,
            HasExtendedPayload = flags.HasFlag(CpaFlags.ExtendedPayload),
            NotAfter = notAfter,
            ServiceLocation = location,
            Nonce = nonce,
            ReversedAuthority = authority,
            ClassifierHash = classifier,
            FriendlyName = friendlyName,
            IsFriendlyNameUtf8 = flags.HasFlag(CpaFlags.Utf8),
            ServiceAddresses = addresses,
            Endpoints = endpoints,
            PublicKey = publicKey,
            Signature = signature,
            SignedData = signed,
        };
        return true;
    }

    public int WireLength(SuiteAlgorithms suite) =>
        FixedLength
        + ReversedAuthority.Length
        + ClassifierHash.Length
        + (FriendlyName.IsEmpty ? 0 : sizeof(ushort) + FriendlyName.Length)
        + CountedHeadLength + ServiceAddresses.Elements.Length
        + CountedHeadLength + PayloadLength
        + CpaPublicKey.LengthOf(suite)
        + SignatureStructure.LengthOf(suite);

    /// <summary>Writes the CPA with the signature it has.</summary>
    public void Write(ref WireWriter writer, SuiteAlgorithms suite)
    {
        WriteUnsigned(ref writer, suite);
        SignatureStructure.Write(ref writer, suite, Signature);
    }

    /// <summary>Writes the CPA under a signature of <paramref name="key"/>, whose public key it names already.</summary>
    public byte[] Sign(PeerPrivateKey key)
    {
        byte[] encoded = new byte[WireLength(key.Algorithms)];
        var writer = new WireWriter(encoded);
        WriteUnsigned(ref writer, key.Algorithms);
        SignatureStructure.Sign(ref writer, key);
        return encoded;
    }

    private void WriteUnsigned(ref WireWriter writer, SuiteAlgorithms suite)
    {
        writer.WriteUInt16LittleEndian((ushort)WireLength(suite));
        writer.WriteByte(MinorVersion);
        writer.WriteByte(MajorVersion);
        writer.WriteByte(PnrpVersion.Minor);
        writer.WriteByte(PnrpVersion.MajorOf(suite));
        writer.WriteByte((byte)GetFlags());
        writer.WriteByte(0);
        writer.WriteUInt64LittleEndian(NotAfter);
        writer.WriteBits128LittleEndian(ServiceLocation);
        writer.WriteBits128(Nonce);
        writer.WriteBytes(ReversedAuthority);
        writer.WriteBytes(ClassifierHash);
        if (!FriendlyName.IsEmpty)
        {
            writer.WriteUInt16LittleEndian((ushort)FriendlyName.Length);
            writer.WriteBytes(FriendlyName);
        }

        writer.WriteUInt16LittleEndian((ushort)ServiceAddresses.Count);
        writer.WriteUInt16LittleEndian(PnrpEndpoint.WireLength);
        writer.WriteBytes(ServiceAddresses.Elements);
        WritePayload(ref writer);
        CpaPublicKey.Write(ref writer, suite, PublicKey);
    }

    private CpaFlags GetFlags() =>
        (HasExtendedPayload ? CpaFlags.ExtendedPayload : 0)
        | (FriendlyName.IsEmpty ? 0 : CpaFlags.FriendlyName)
        | (ClassifierHash.IsEmpty ? 0 : CpaFlags.ClassifierHash)
        | (ReversedAuthority.IsEmpty ? 0 : CpaFlags.Authority)
        | (IsFriendlyNameUtf8 ? CpaFlags.Utf8 : 0)
        | (IsRevoke ? CpaFlags.Revoke : 0);

    private void WritePayload(ref WireWriter writer)
    {
        writer.WriteUInt16LittleEndian(Endpoints.Count == 0 ? (ushort)0 : (ushort)1);
        writer.WriteUInt16LittleEndian((ushort)(CountedHeadLength + PayloadLength));
        if (Endpoints.Count > 0)
        {
            writer.WriteUInt32LittleEndian(EndpointsPayload);
            writer.WriteUInt16LittleEndian((ushort)Endpoints.Elements.Length);
            writer.WriteBytes(Endpoints.Elements);
        }
    }

    private static bool TryReadHash(scoped ref WireReader reader, bool present, out ReadOnlySpan<byte> hash) =>
        reader.TryReadBytes(present ? SuiteAlgorithms.HashLength : 0, out hash);

    private static bool TryReadFriendlyName(scoped ref WireReader reader, CpaFlags flags, out ReadOnlySpan<byte> name)
    {
        name = default;
        return flags.HasFlag(CpaFlags.FriendlyName)
            ? reader.TryReadUInt16LittleEndian(out ushort length)
                && length is >= 1 and <= MaximumFriendlyName
                && reader.TryReadBytes(length, out name)
            : !flags.HasFlag(CpaFlags.Utf8);
    }

    // MS-PNRP 2.2.3.1.1
    private static bool TryReadServiceAddresses(scoped ref WireReader reader, int minimum, out PnrpEndpointList list)
    {
        list = default;
        return reader.TryReadUInt16LittleEndian(out ushort count)
            && reader.TryReadUInt16LittleEndian(out ushort elementLength)
            && count >= minimum
            && count <= MaximumServiceAddresses
            && elementLength == PnrpEndpoint.WireLength
            && reader.TryReadBytes(count * elementLength, out ReadOnlySpan<byte> elements)
            && PnrpEndpointList.TryView(elements, out list);
    }

    // MS-PNRP 2.2.3.1.2; a revoke CPA SHOULD have no payload, so one is no error.
    private static bool TryReadPayload(scoped ref WireReader reader, out AppEndpointList endpoints)
    {
        endpoints = default;
        if (!reader.TryReadUInt16LittleEndian(out ushort count)
            || !reader.TryReadUInt16LittleEndian(out ushort totalBytes))
        {
            return false;
        }

        if (count == 0)
        {
            return totalBytes == CountedHeadLength;
        }

        if (count != 1
            || !reader.TryReadUInt32LittleEndian(out uint type)
            || !reader.TryReadUInt16LittleEndian(out ushort length)
            || type != EndpointsPayload
            || length == 0
            || length % AppEndpointList.ElementLength != 0
            || length > PeerRegistrationRequest.MaximumEndpoints * AppEndpointList.ElementLength
            || totalBytes != CountedHeadLength + PayloadHeadLength + length
            || !reader.TryReadBytes(length, out ReadOnlySpan<byte> elements))
        {
            return false;
        }

        endpoints = new AppEndpointList(elements);
        return true;
    }
}
