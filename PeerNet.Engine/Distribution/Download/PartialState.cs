using System.Buffers.Binary;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>
/// Which blocks a partial file is said to hold: a small file beside it. It is a hint; whoever reads it checks each block.
/// </summary>
internal static class PartialState
{
    /// <summary>Longest state: marks for 32 million blocks.</summary>
    public const int MaximumLength = 4 * 1024 * 1024;

    private const int HeadLength = sizeof(uint);

    /// <summary>Writes the state, unless it would be too long; then an interrupted download begins anew.</summary>
    /// <exception cref="Core.PeerException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(PartialFile file, BlockMap held)
    {
        int length = HeadLength + BlockMap.GetByteCount(held.Length);
        if (length > MaximumLength)
        {
            return;
        }

        byte[] state = new byte[length];
        BinaryPrimitives.WriteUInt32BigEndian(state, (uint)held.Length);
        held.ToBytes().CopyTo(state, HeadLength);
        file.WriteState(state);
    }

    /// <summary>The blocks that the partial file is said to hold; none where the state is missing, damaged or another's.</summary>
    public static BlockMap Read(PartialFile file, int blocks) =>
        file.ReadState(MaximumLength) is { } state
        && state.Length == HeadLength + BlockMap.GetByteCount(blocks)
        && BinaryPrimitives.ReadUInt32BigEndian(state) == blocks
            ? BlockMap.FromBytes(state.AsSpan(HeadLength), blocks)
            : new(blocks);
}
