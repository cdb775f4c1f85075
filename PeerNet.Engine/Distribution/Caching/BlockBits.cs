using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>Sets of blocks as bytes: a bit each, the first is the lowest of the first byte.</summary>
internal static class BlockBits
{
    /// <summary>Most bytes of a set.</summary>
    public const int MaximumLength = BlockSet.Capacity / 8;

    /// <summary>Writes a set, without zero bytes at its end.</summary>
    public static byte[] Write(BlockSet blocks)
    {
        Span<byte> bits = stackalloc byte[MaximumLength];
        int length = 0;
        for (int index = blocks.NextFrom(0); index >= 0; index = blocks.NextFrom(index + 1))
        {
            bits[index / 8] |= (byte)(1 << (index % 8));
            length = (index / 8) + 1;
        }

        return bits[..length].ToArray();
    }

    /// <summary>Reads a set; bytes over the maximum are passed over.</summary>
    public static BlockSet Read(ReadOnlySpan<byte> bits)
    {
        var blocks = default(BlockSet);
        for (int index = 0; index < Math.Min(bits.Length, MaximumLength) * 8; index++)
        {
            if ((bits[index / 8] >> (index % 8) & 1) != 0)
            {
                blocks.Add(index);
            }
        }

        return blocks;
    }
}
