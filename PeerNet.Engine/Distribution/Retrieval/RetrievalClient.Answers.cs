using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <content>What answers must be like to be believed (MS-PCCRR 3.1.5).</content>
internal sealed partial class RetrievalClient
{
    private static bool TryReadList(RetrievalReply reply, RetrievalVersion version, SegmentId id, out BlockSet listed)
    {
        listed = default;
        if (!reply.TryRead(RetrievalMessageType.BlkList, version, out _, out WireReader body)
            || !BlkList.TryRead(ref body, out BlkList list)
            || !list.SegmentId.SequenceEqual(id.Bytes))
        {
            return false;
        }

        listed = list.Blocks;
        return true;
    }

    /// <summary>Reads, decrypts and verifies a block.</summary>
    /// <returns>What is wrong with it; null where nothing is.</returns>
    private string? Open(
        RetrievalReply reply,
        RetrievalVersion version,
        PeerContentSegment segment,
        int index,
        Span<byte> destination,
        out BlockOutcome outcome)
    {
        string? fault = ReadBlock(reply, version, segment.Id, index, out BlockCipher cipher, out Blk blk, out outcome);
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

        if (!SegmentCryptography.Matches(segment.HashAlgorithm, destination, segment.GetBlockHash(index)))
        {
            return "it has another hash";
        }

        outcome = BlockOutcome.Received;
        return null;
    }

    private string? Seal(
        RetrievalReply reply,
        RetrievalVersion version,
        SegmentId id,
        int index,
        int maximumLength,
        out BlockOutcome outcome,
        out EncryptedBlock? block)
    {
        block = null;
        string? fault = ReadBlock(reply, version, id, index, out BlockCipher cipher, out Blk blk, out outcome);
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
    private string? ReadBlock(
        RetrievalReply reply,
        RetrievalVersion version,
        SegmentId id,
        int index,
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
        if (cipher == BlockCipher.None && !_options.AllowUnencrypted)
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
