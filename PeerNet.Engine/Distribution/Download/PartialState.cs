using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>
/// What a partial file is said to hold: a small file beside it. It is a hint; whoever reads it checks each block.
/// </summary>
internal static class PartialState
{
    /// <summary>Longest state file: marks for 32 million blocks.</summary>
    public const int MaximumLength = 4 * 1024 * 1024;

    private const uint Magic = 0x504E_5044;
    private const int HeadLength = 12;

    /// <summary>Writes the state, unless it would be too long; then an interrupted download begins anew.</summary>
    /// <exception cref="PeerException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> identity, BlockMap held)
    {
        int length = HeadLength + identity.Length + BlockMap.GetByteCount(held.Length);
        if (length > MaximumLength)
        {
            return;
        }

        var writer = new WireWriter(new byte[length]);
        writer.WriteUInt32(Magic);
        writer.WriteUInt32((uint)identity.Length);
        writer.WriteUInt32((uint)held.Length);
        writer.WriteBytes(identity);
        writer.WriteBytes(held.ToBytes());
        AtomicFile.Write(path, writer.Written, isPrivate: true);
    }

    /// <summary>The blocks that the partial file is said to hold; none where the file is missing, damaged or another's.</summary>
    public static BlockMap Read(string path, ReadOnlySpan<byte> identity, int blocks)
    {
        try
        {
            byte[]? bytes = AtomicFile.Read(path, MaximumLength);
            return bytes is not null && TryRead(bytes, identity, blocks, out BlockMap? held) ? held : new(blocks);
        }
        catch (PeerException)
        {
            // Without it the download begins anew, which is all it is good for.
            return new(blocks);
        }
    }

    private static bool TryRead(
        ReadOnlySpan<byte> bytes,
        ReadOnlySpan<byte> identity,
        int blocks,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out BlockMap? held)
    {
        held = null;
        var reader = new WireReader(bytes);
        if (!reader.TryReadUInt32(out uint magic) || magic != Magic
            || !reader.TryReadUInt32(out uint identityLength) || identityLength != identity.Length
            || !reader.TryReadUInt32(out uint count) || count != blocks
            || !reader.TryReadBytes(identity.Length, out ReadOnlySpan<byte> owner) || !owner.SequenceEqual(identity)
            || !reader.TryReadBytes(BlockMap.GetByteCount(blocks), out ReadOnlySpan<byte> marks)
            || reader.Remaining != 0)
        {
            return false;
        }

        held = BlockMap.FromBytes(marks, blocks);
        return true;
    }
}
