using System.Buffers.Binary;
using System.Security.Cryptography;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// A block of ciphertext as it is on the disk: a checksum (SHA-256 of the id, the block's index and all that follows), the
/// cipher and the length of the ciphertext (4 bytes each, little-endian), the initialization vector, the ciphertext. Nobody
/// here can check the content, but that it is what came in can be.
/// </summary>
internal static class SealedRecord
{
    /// <summary>Bytes of an initialization vector, and what ciphertext is a multiple of.</summary>
    public const int VectorLength = 16;

    private const int CipherOffset = SHA256.HashSizeInBytes;
    private const int LengthOffset = CipherOffset + sizeof(int);
    private const int VectorOffset = LengthOffset + sizeof(int);
    private const int HeaderLength = VectorOffset + VectorLength;

    /// <summary>Longest record of a block.</summary>
    public static int GetMaximumLength(int blockLength) => HeaderLength + BlockEncryption.GetLength(blockLength);

    /// <summary>Whether a block of this length can look so under a cipher.</summary>
    public static bool IsPossible(SealedBlock block, int blockLength) =>
        block.Cipher is BlockCipher.Aes128 or BlockCipher.Aes192 or BlockCipher.Aes256
        && block.InitializationVector.Length == VectorLength
        && block.Ciphertext.Length % VectorLength == 0
        && block.Ciphertext.Length >= blockLength
        && block.Ciphertext.Length <= BlockEncryption.GetLength(blockLength);

    /// <summary>Writes a record.</summary>
    /// <returns>Its length.</returns>
    public static int Write(SegmentId id, int index, SealedBlock block, Span<byte> destination)
    {
        int length = HeaderLength + block.Ciphertext.Length;
        Span<byte> record = destination[..length];
        BinaryPrimitives.WriteInt32LittleEndian(record[CipherOffset..], (int)block.Cipher);
        BinaryPrimitives.WriteInt32LittleEndian(record[LengthOffset..], block.Ciphertext.Length);
        block.InitializationVector.Span.CopyTo(record[VectorOffset..]);
        block.Ciphertext.Span.CopyTo(record[HeaderLength..]);
        ComputeChecksum(id, index, record[CipherOffset..], record);
        return length;
    }

    /// <summary>Reads a record; false where it is not this block's, or not as it was written.</summary>
    public static bool TryRead(SegmentId id, int index, ReadOnlySpan<byte> record, out BlockCipher cipher, out Range vector, out Range ciphertext)
    {
        cipher = default;
        vector = VectorOffset..HeaderLength;
        ciphertext = default;
        if (record.Length < HeaderLength)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(record[LengthOffset..]);
        if (length < 0 || length > record.Length - HeaderLength)
        {
            return false;
        }

        Span<byte> checksum = stackalloc byte[SHA256.HashSizeInBytes];
        ComputeChecksum(id, index, record[CipherOffset..(HeaderLength + length)], checksum);
        cipher = (BlockCipher)BinaryPrimitives.ReadInt32LittleEndian(record[CipherOffset..]);
        ciphertext = HeaderLength..(HeaderLength + length);
        return checksum.SequenceEqual(record[..SHA256.HashSizeInBytes]);
    }

    private static void ComputeChecksum(SegmentId id, int index, ReadOnlySpan<byte> content, Span<byte> destination)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> place = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(place, index);
        hash.AppendData(id.Bytes);
        hash.AppendData(place);
        hash.AppendData(content);
        hash.GetHashAndReset(destination);
    }
}

/// <summary>
/// Keeps blocks as ciphertext, for a hosted cache that was offered segments without their secrets (MS-PCHC 2.2.1.5). They
/// are served like other blocks, and take part in the limit of the cache.
/// </summary>
internal interface ISealedStore
{
    /// <summary>Keeps the ciphertext of a block.</summary>
    /// <returns>Whether the block can be read from here from now on, if only because its plaintext is held already. A
    /// full or broken disk, or a segment that is held as plaintext without this block, is reported as false.</returns>
    ValueTask<bool> TryStoreSealedAsync(
        SealedSegment segment, int index, SealedBlock block, CancellationToken cancellationToken);
}

/// <summary>A segment of which only what an offer says is known (MS-PCHC 2.2.1.5).</summary>
/// <param name="Id">The segment.</param>
/// <param name="Version">Version 1: blocks of 64 KiB. Version 2: one block.</param>
/// <param name="Length">Bytes of the whole segment.</param>
/// <param name="Tag">What it is to be found by later; empty for nothing.</param>
internal sealed record SealedSegment(SegmentId Id, PeerContentVersion Version, int Length, Guid Tag);

/// <summary>A block as another node encrypted it.</summary>
/// <param name="Cipher">How; never None.</param>
/// <param name="InitializationVector">The vector: 16 bytes.</param>
/// <param name="Ciphertext">The block, padded: a multiple of 16 bytes, at most 16 more than the block.</param>
internal readonly record struct SealedBlock(
    BlockCipher Cipher, ReadOnlyMemory<byte> InitializationVector, ReadOnlyMemory<byte> Ciphertext);
