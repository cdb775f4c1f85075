using System.Buffers.Binary;
using System.Numerics;

namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>A mark for each block of a download, of which there may be millions. Not safe for several threads.</summary>
internal sealed class BlockMap(int count)
{
    private const int WordBits = 64;
    private readonly ulong[] _words = new ulong[((long)count + WordBits - 1) / WordBits];

    /// <summary>How many blocks there are.</summary>
    public int Length => count;

    /// <summary>How many are marked.</summary>
    public int Marked { get; private set; }

    public bool Contains(int block) => (_words[block / WordBits] >> (block % WordBits) & 1) != 0;

    /// <summary>Marks a block; false where it was.</summary>
    public bool Add(int block)
    {
        bool isNew = !Contains(block);
        _words[block / WordBits] |= 1UL << (block % WordBits);
        Marked += isNew ? 1 : 0;
        return isNew;
    }

    public void Remove(int block)
    {
        Marked -= Contains(block) ? 1 : 0;
        _words[block / WordBits] &= ~(1UL << (block % WordBits));
    }

    /// <summary>The same marks, to be looked at later.</summary>
    public BlockMap Clone()
    {
        var clone = new BlockMap(count) { Marked = Marked };
        _words.CopyTo(clone._words, 0);
        return clone;
    }

    /// <summary>The first marked block from <paramref name="block"/> on, or -1.</summary>
    public int NextMarked(int block)
    {
        for (int place = block; place < count; place = ((place / WordBits) + 1) * WordBits)
        {
            ulong rest = _words[place / WordBits] >> (place % WordBits);
            if (rest != 0)
            {
                return place + BitOperations.TrailingZeroCount(rest);
            }
        }

        return -1;
    }

    /// <summary>The first block from <paramref name="block"/> on that is not marked; the number of blocks for none.</summary>
    public int NextUnmarked(int block)
    {
        for (int place = block; place < count; place = ((place / WordBits) + 1) * WordBits)
        {
            ulong rest = ~_words[place / WordBits] >> (place % WordBits);
            if (rest != 0)
            {
                return Math.Min(count, place + BitOperations.TrailingZeroCount(rest));
            }
        }

        return count;
    }

    /// <summary>The marks as bytes, the first block in the lowest bit of the first one.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[_words.Length * sizeof(ulong)];
        for (int i = 0; i < _words.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)), _words[i]);
        }

        return bytes[..GetByteCount(count)];
    }

    /// <summary>Bytes of the marks of <paramref name="blocks"/> blocks.</summary>
    public static int GetByteCount(int blocks) => (int)(((long)blocks + 7) / 8);

    /// <summary>Reads marks; those beyond the last block are left out.</summary>
    public static BlockMap FromBytes(ReadOnlySpan<byte> bytes, int blocks)
    {
        var map = new BlockMap(blocks);
        for (int block = 0; block < blocks; block++)
        {
            if ((bytes[block / 8] >> (block % 8) & 1) != 0)
            {
                map.Add(block);
            }
        }

        return map;
    }
}
