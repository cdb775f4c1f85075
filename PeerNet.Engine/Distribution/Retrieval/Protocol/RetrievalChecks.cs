using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol;

/// <summary>What answers must be like to be believed (MS-PCCRR 3.1.5).</summary>
internal static class RetrievalChecks
{
    /// <summary>Reads which of the wanted blocks a peer has.</summary>
    /// <returns>False where the answer is none. Blocks that were not asked for are left out; a list of nothing else answers
    /// another request (3.1.5.2).</returns>
    public static bool TryReadList(
        RetrievalReply reply, RetrievalVersion version, SegmentId id, BlockSet wanted, out BlockSet listed)
    {
        listed = default;
        if (!reply.TryRead(RetrievalMessageType.BlkList, version, out _, out WireReader body)
            || !BlkList.TryRead(ref body, out BlkList list)
            || !list.SegmentId.SequenceEqual(id.Bytes))
        {
            return false;
        }

        listed = list.Blocks.Intersect(wanted);
        return list.Blocks.IsEmpty || !listed.IsEmpty;
    }

    /// <summary>Reads which segments a hosted cache has, of so many that were asked for.</summary>
    /// <returns>Null where the answer is none: NEGO_RESP is none either, for GETSEGLIST exists in 2.0 only, and that was sent;
    /// and all indexes must be those of segments that were asked for (3.1.5.4).</returns>
    public static bool[]? ReadSegments(RetrievalReply reply, Bits128 requestId, int count)
    {
        if (!reply.TryRead(RetrievalMessageType.SegList, RetrievalVersion.V2, out _, out WireReader body)
            || !SegList.TryRead(ref body, out SegList? list)
            || list!.RequestId != requestId)
        {
            return null;
        }

        bool[] isHeld = new bool[count];
        foreach (SegmentRange range in list.Ranges)
        {
            if ((ulong)range.Index + range.Count > (ulong)count)
            {
                return null;
            }

            isHeld.AsSpan((int)range.Index, (int)range.Count).Fill(true);
        }

        return isHeld;
    }

    /// <summary>Reads and decrypts a block, which is still to be verified.</summary>
    /// <param name="reply">The answer.</param>
    /// <param name="version">The version of the request.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="index">The block.</param>
    /// <param name="allowsPlain">Whether it may come in the clear.</param>
    /// <param name="destination">Takes the block: exactly its length.</param>
    /// <param name="outcome">What came.</param>
    /// <returns>What is wrong with it; null where nothing is.</returns>
    public static string? Open(
        RetrievalReply reply,
        RetrievalVersion version,
        PeerContentSegment segment,
        int index,
        bool allowsPlain,
        Span<byte> destination,
        out BlockOutcome outcome)
    {
        string? fault = ReadBlock(reply, version, segment.Id, index, allowsPlain, out BlockCipher cipher, out Blk blk, out outcome);
        if (outcome != BlockOutcome.Received)
        {
            return fault;
        }

        outcome = BlockOutcome.Corrupt;
        if (cipher == BlockCipher.None ? !TryCopy(blk.Block, destination)
            : !BlockEncryption.TryDecrypt(cipher, segment.Secret.Span, blk.InitializationVector, blk.Block, destination))
        {
            return "it cannot be decrypted to the length of the block";
        }

        outcome = BlockOutcome.Received;
        return null;
    }

    /// <summary>Reads a block that stays encrypted.</summary>
    /// <param name="reply">The answer, which the block takes over.</param>
    /// <param name="version">The version of the request.</param>
    /// <param name="id">The segment.</param>
    /// <param name="index">The block.</param>
    /// <param name="maximumLength">Most bytes of ciphertext.</param>
    /// <param name="outcome">What came.</param>
    /// <param name="block">The block; null where there is none.</param>
    /// <returns>What is wrong with it; null where nothing is.</returns>
    public static string? Seal(
        RetrievalReply reply,
        RetrievalVersion version,
        SegmentId id,
        int index,
        int maximumLength,
        out BlockOutcome outcome,
        out EncryptedBlock? block)
    {
        block = null;
        string? fault = ReadBlock(reply, version, id, index, allowsPlain: true, out BlockCipher cipher, out Blk blk, out outcome);
        if (outcome != BlockOutcome.Received)
        {
            return fault;
        }

        if (!BlockEncryption.IsSealed(cipher, blk.InitializationVector, blk.Block) || blk.Block.Length > maximumLength)
        {
            outcome = BlockOutcome.Corrupt;
            return "it is no ciphertext of a block of the segment";
        }

        block = new EncryptedBlock(
            reply, Slice(reply.Bytes, blk.Block), cipher, Slice(reply.Bytes, blk.InitializationVector));
        return null;
    }

    // What opened and sealed blocks have in common (3.1.5.3).
    private static string? ReadBlock(
        RetrievalReply reply,
        RetrievalVersion version,
        SegmentId id,
        int index,
        bool allowsPlain,
        out BlockCipher cipher,
        out Blk blk,
        out BlockOutcome outcome)
    {
        blk = default;
        cipher = default;
        outcome = BlockOutcome.Failed;
        if (!reply.TryRead(RetrievalMessageType.Blk, version, out RetrievalHeader header, out WireReader body)
            || !Blk.TryRead(ref body, out blk))
        {
            return "it is no BLK";
        }

        cipher = header.Cipher;
        outcome = BlockOutcome.Corrupt;
        if (!blk.SegmentId.SequenceEqual(id.Bytes) || blk.BlockIndex != (uint)index)
        {
            return "it is another block";
        }

        outcome = BlockOutcome.Missing;
        if (blk.Block.IsEmpty)
        {
            return null;
        }

        outcome = BlockOutcome.Corrupt;
        if (cipher == BlockCipher.None && !allowsPlain)
        {
            return "it is not encrypted";
        }

        outcome = BlockOutcome.Received;
        return null;
    }

    private static bool TryCopy(ReadOnlySpan<byte> block, Span<byte> destination) =>
        block.Length >= destination.Length && block[..destination.Length].TryCopyTo(destination);

    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> bytes, ReadOnlySpan<byte> part)
    {
        bytes.Span.Overlaps(part, out int offset);
        return bytes.Slice(offset, part.Length);
    }
}
