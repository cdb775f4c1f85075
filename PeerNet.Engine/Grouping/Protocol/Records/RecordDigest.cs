using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Grouping.Protocol.Records;

/// <summary>
/// The hash that is signed for a record (MS-PPSEC 2.2.4.1): every field of it, in order, and the credentials used. The
/// serial numbers belong to one group, so that a record is worth nothing in another group of the same member.
/// </summary>
/// <remarks>The specification leaves absent fields out, by which a modifier without attributes looks like attributes
/// without a modifier. Here each field of variable length has its length before it, also where it is absent.</remarks>
internal static class RecordDigest
{
    /// <summary>Bytes of a hash.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    private const uint Constant = 0x60;
    private const uint DeletedFlag = 0x1;
    private const int GuidLength = 16;
    private const int FixedLength = (3 * sizeof(uint)) + (2 * GuidLength) + (3 * sizeof(ulong));

    /// <summary>Hashes a record.</summary>
    /// <param name="record">The record; its security data does not count.</param>
    /// <param name="creatorSerial">The serial number of the creator's credential.</param>
    /// <param name="modifierSerial">That of the modifier's.</param>
    /// <param name="destination">Receives <see cref="Length"/> bytes.</param>
    public static void Create(
        GraphSecurityRecord record, Bits128 creatorSerial, Bits128 modifierSerial, Span<byte> destination)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AppendHead(hash, record);
        AppendText(hash, record.CreatorId);
        AppendText(hash, record.ModifierId);
        AppendText(hash, record.Attributes);
        AppendLength(hash, record.Data.Length);
        hash.AppendData(record.Data);
        AppendSerials(hash, creatorSerial, modifierSerial);
        hash.GetHashAndReset(destination);
    }

    private static void AppendHead(IncrementalHash hash, GraphSecurityRecord record)
    {
        Span<byte> head = stackalloc byte[FixedLength];
        WireWriter writer = new(head);
        writer.WriteUInt32(Constant);
        record.Type.TryWriteBytes(writer.Take(GuidLength), bigEndian: true, out _);
        record.Id.TryWriteBytes(writer.Take(GuidLength), bigEndian: true, out _);
        writer.WriteUInt32(record.Version);
        writer.WriteUInt32(record.IsDeleted ? DeletedFlag : 0);
        writer.WriteUInt64(record.CreationTime);
        writer.WriteUInt64(record.ExpirationTime);
        writer.WriteUInt64(record.ModificationTime);
        hash.AppendData(head);
    }

    private static void AppendText(IncrementalHash hash, string text)
    {
        AppendLength(hash, text.Length);
        byte[] units = new byte[text.Length * sizeof(char)];
        RecordText.Encode(text, units);
        hash.AppendData(units);
    }

    private static void AppendLength(IncrementalHash hash, int length)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        new WireWriter(bytes).WriteUInt32((uint)length);
        hash.AppendData(bytes);
    }

    private static void AppendSerials(IncrementalHash hash, Bits128 creatorSerial, Bits128 modifierSerial)
    {
        Span<byte> serials = stackalloc byte[32];
        WireWriter writer = new(serials);
        writer.WriteBits128(creatorSerial);
        writer.WriteBits128(modifierSerial);
        hash.AppendData(serials);
    }
}
