using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>A view of an EXTENDED_PAYLOAD (MS-PNRP 2.2.3.3). Syntax only; <see cref="AuthorityValidator"/> judges it.</summary>
/// <remarks>
/// Integers are little-endian and the PNRP ID has its least significant byte first; the nonce is the INQUIRE's bytes.
/// A text of less than three bytes cannot travel in UTF-8, whose shortest legal form is four bytes with its NUL.
/// </remarks>
internal readonly ref struct ExtendedPayload
{
    /// <summary>Most bytes of binary data, and of a text with its NUL.</summary>
    public const int MaximumContent = 4096;

    private const byte MinorVersion = 0x00;
    private const byte MajorVersion = 0x02;
    private const int HeadLength = 64;
    private const int PayloadHeadLength = 10;
    private const uint StringPayload = 0x80000002;
    private const uint BinaryPayload = 0x80000003;
    private const int MinimumString = 4;
    private const int Utf8NulLength = 1;

    /// <summary>When it expires, as a FILETIME.</summary>
    public ulong NotAfter { get; init; }

    /// <summary>The registration that it belongs to.</summary>
    public PnrpId Id { get; init; }

    /// <summary>The nonce of the INQUIRE.</summary>
    public Bits128 Nonce { get; init; }

    /// <summary>Whether the content is a text, else binary data.</summary>
    public bool IsText { get; init; }

    /// <summary>Whether a text is in UTF-8, else in UTF-16LE.</summary>
    public bool IsUtf8 { get; init; }

    /// <summary>The data, or the text without its NUL.</summary>
    public ReadOnlySpan<byte> Content { get; init; }

    /// <summary>The signature: <see cref="SuiteAlgorithms.SignatureLength"/> bytes.</summary>
    public ReadOnlySpan<byte> Signature { get; init; }

    /// <summary>The bytes under the signature, of a payload that was read.</summary>
    public ReadOnlySpan<byte> SignedData { get; private init; }

    private int NulLength => !IsText ? 0 : IsUtf8 ? Utf8NulLength : sizeof(char);

    private int PayloadLength => (IsText ? sizeof(ushort) : 0) + Content.Length + NulLength;

    /// <summary>Writes a text as <see cref="Content"/> takes it, in the encoding that suits it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="content">Its bytes, without NUL.</param>
    /// <param name="isUtf8">Whether they are UTF-8.</param>
    /// <returns>False where it is empty, has a NUL, or is longer than <see cref="MaximumContent"/> with its NUL.</returns>
    public static bool TryEncodeText(string text, [NotNullWhen(true)] out byte[]? content, out bool isUtf8)
    {
        content = PeerText.Encode(text, MinimumString - Utf8NulLength, out isUtf8);
        if (text.Length == 0
            || text.Contains('\0', StringComparison.Ordinal)
            || content.Length + (isUtf8 ? Utf8NulLength : sizeof(char)) > MaximumContent)
        {
            content = null;
        }

        return content is not null;
    }

    /// <summary>Reads a payload that is exactly as long as <paramref name="encoded"/>. Nothing throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> encoded, SuiteAlgorithms suite, out ExtendedPayload payload)
    {
        payload = default;
        var reader = new WireReader(encoded);
        if (!reader.TryReadUInt16LittleEndian(out ushort length)
            || length != encoded.Length
            || !reader.TryReadByte(out byte minor)
            || !reader.TryReadByte(out byte major)
            || minor != MinorVersion
            || major != MajorVersion
            || !reader.TrySkip(sizeof(ushort))
            || !reader.TryReadUInt16LittleEndian(out ushort signatureOffset)
            || !reader.TryReadUInt64LittleEndian(out ulong notAfter)
            || !reader.TryReadBits128LittleEndian(out Bits128 location)
            || !reader.TryReadBits128LittleEndian(out Bits128 p2pId)
            || !reader.TryReadBits128(out Bits128 nonce)
            || !TryReadContent(ref reader, out uint type, out bool isUtf8, out ReadOnlySpan<byte> content)
            || reader.Position != signatureOffset)
        {
            return false;
        }

        ReadOnlySpan<byte> signed = encoded[..reader.Position];
        if (!SignatureStructure.TryRead(ref reader, suite, out ReadOnlySpan<byte> signature) || reader.Remaining != 0)
        {
            return false;
        }

        payload = new ExtendedPayload
        {
            NotAfter = notAfter,
            Id = new PnrpId(p2pId, location),
            Nonce = nonce,
            IsText = type == StringPayload,
            IsUtf8 = isUtf8,
            Content = content,
            Signature = signature,
            SignedData = signed,
        };
        return true;
    }

    public int WireLength(SuiteAlgorithms suite) =>
        HeadLength + PayloadHeadLength + PayloadLength + SignatureStructure.LengthOf(suite);

    /// <summary>Writes the payload with the signature it has.</summary>
    public void Write(ref WireWriter writer, SuiteAlgorithms suite)
    {
        WriteUnsigned(ref writer, suite);
        SignatureStructure.Write(ref writer, suite, Signature);
    }

    /// <summary>Writes the payload under a signature of <paramref name="key"/>.</summary>
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
        writer.WriteZeros(sizeof(ushort));
        writer.WriteUInt16LittleEndian((ushort)(HeadLength + PayloadHeadLength + PayloadLength));
        writer.WriteUInt64LittleEndian(NotAfter);
        writer.WriteBits128LittleEndian(Id.ServiceLocation);
        writer.WriteBits128LittleEndian(Id.P2PId);
        writer.WriteBits128(Nonce);
        writer.WriteUInt16LittleEndian(1);
        writer.WriteUInt16LittleEndian((ushort)(PayloadHeadLength + PayloadLength));
        writer.WriteUInt32LittleEndian(IsText ? StringPayload : BinaryPayload);
        writer.WriteUInt16LittleEndian((ushort)PayloadLength);
        if (IsText)
        {
            writer.WriteUInt16LittleEndian(IsUtf8 ? (ushort)1 : (ushort)0);
        }

        writer.WriteBytes(Content);
        writer.WriteZeros(NulLength);
    }

    private static bool TryReadContent(
        scoped ref WireReader reader, out uint type, out bool isUtf8, out ReadOnlySpan<byte> content)
    {
        type = 0;
        isUtf8 = false;
        content = default;
        if (!reader.TryReadUInt16LittleEndian(out ushort count)
            || !reader.TryReadUInt16LittleEndian(out ushort totalBytes)
            || !reader.TryReadUInt32LittleEndian(out type)
            || !reader.TryReadUInt16LittleEndian(out ushort length)
            || count != 1
            || totalBytes != PayloadHeadLength + length)
        {
            return false;
        }

        return type switch
        {
            BinaryPayload => length is >= 1 and <= MaximumContent && reader.TryReadBytes(length, out content),
            StringPayload => TryReadString(ref reader, length, out isUtf8, out content),
            _ => false,
        };
    }

    private static bool TryReadString(
        scoped ref WireReader reader, int length, out bool isUtf8, out ReadOnlySpan<byte> content)
    {
        isUtf8 = false;
        content = default;
        int textLength = length - sizeof(ushort);
        if (textLength is < MinimumString or > MaximumContent
            || !reader.TryReadUInt16LittleEndian(out ushort encoding)
            || encoding > 1
            || !reader.TryReadBytes(textLength, out ReadOnlySpan<byte> text))
        {
            return false;
        }

        isUtf8 = encoding == 1;
        int nul = isUtf8 ? Utf8NulLength : sizeof(char);
        content = text[..^nul];
        return !text[^nul..].ContainsAnyExcept((byte)0);
    }
}
