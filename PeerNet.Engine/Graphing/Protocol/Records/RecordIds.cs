using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>
/// Record ids (MS-PPGRH 3.1.7.2): the upper half comes from the creator's id, so that nobody takes the ids of others by
/// accident; the lower half is chance. Graph info and signature have one fixed id each.
/// </summary>
/// <remarks>The specification does not tell in which form MD5 is taken of the creator's id: PeerNet takes it of big-endian
/// UTF-16 without the NUL, and takes ids of others that come from any of the forms that there are.</remarks>
internal static class RecordIds
{
    private const int HalfLength = sizeof(ulong);

    // Many records of one creator come in a row, and the hash takes as long as all else that is looked at in one.
    [ThreadStatic]
    private static (string CreatorId, ulong UpperHalf)? t_last;

    /// <summary>An id for a new record.</summary>
    public static Guid Create(Guid type, string creatorId, IRandomSource random)
    {
        if (GetFixed(type) is { } id)
        {
            return id;
        }

        return Create(GetUpperHalf(creatorId), random.NextUInt64() ^ random.NextUInt64());
    }

    /// <summary>Whether an id can be that of a record of a type and a creator.</summary>
    public static bool IsValid(Guid id, Guid type, string creatorId) =>
        GetFixed(type) is { } only ? id == only : ComesFrom(id, creatorId);

    /// <summary>The upper half of an id.</summary>
    public static ulong GetUpperHalf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[2 * HalfLength];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    /// <summary>The upper half of the ids of a creator's records: the halves of MD5(creator id), one XOR the other.</summary>
    /// <param name="creatorId">1 to 255 units.</param>
    public static ulong GetUpperHalf(string creatorId)
    {
        if (t_last is { } last && last.CreatorId == creatorId)
        {
            return last.UpperHalf;
        }

        Span<byte> units = stackalloc byte[creatorId.Length * sizeof(char)];
        RecordText.Encode(creatorId, units);
        ulong upper = Fold(units);
        t_last = (creatorId, upper);
        return upper;
    }

    /// <summary>The first and the last of the ids that a creator's records can have.</summary>
    /// <param name="creatorId">1 to 255 units.</param>
    public static IReadOnlyList<(Guid First, Guid Last)> GetRanges(string creatorId) =>
    [
        .. GetUpperHalves(creatorId).Distinct().Select(upper => (Create(upper, ulong.MinValue), Create(upper, ulong.MaxValue))),
        (RecordTypes.GraphInfoId, RecordTypes.GraphInfoId),
        (RecordTypes.SignatureId, RecordTypes.SignatureId),
    ];

    private static bool ComesFrom(Guid id, string creatorId)
    {
        ulong upper = GetUpperHalf(id);
        return upper == GetUpperHalf(creatorId) || GetUpperHalves(creatorId).Contains(upper);
    }

    // In all forms that there are.
    private static ulong[] GetUpperHalves(string creatorId)
    {
        Span<byte> units = stackalloc byte[(creatorId.Length + 1) * sizeof(char)];
        units[^sizeof(char)..].Clear();
        RecordText.Encode(creatorId, units);
        (ulong big, ulong bigWithEnd) = (Fold(units[..^sizeof(char)]), Fold(units));
        Encoding.Unicode.GetBytes(creatorId, units);
        return [big, bigWithEnd, Fold(units[..^sizeof(char)]), Fold(units)];
    }

    private static Guid Create(ulong upper, ulong lower)
    {
        Span<byte> bytes = stackalloc byte[2 * HalfLength];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, upper);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[HalfLength..], lower);
        return new Guid(bytes, bigEndian: true);
    }

    private static ulong Fold(ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(text, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash) ^ BinaryPrimitives.ReadUInt64BigEndian(hash[HalfLength..]);
    }

    private static Guid? GetFixed(Guid type) =>
        type == RecordTypes.GraphInfo ? RecordTypes.GraphInfoId
        : type == RecordTypes.Signature ? RecordTypes.SignatureId
        : null;
}
