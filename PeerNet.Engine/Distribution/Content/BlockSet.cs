using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace PeerNet.Engine.Distribution.Content;

/// <summary>Blocks of one segment, by index.</summary>
internal struct BlockSet : IEquatable<BlockSet>
{
    /// <summary>Most blocks of a segment: 32 MiB of 64 KiB (MS-PCCRC 2.1).</summary>
    public const int Capacity = 512;

    private const int WordBits = 64;

    private Words _words;

    /// <summary>How many blocks it holds.</summary>
    public readonly int Count
    {
        get
        {
            int count = 0;
            foreach (ulong word in _words)
            {
                count += BitOperations.PopCount(word);
            }

            return count;
        }
    }

    /// <summary>Whether it holds none.</summary>
    public readonly bool IsEmpty => NextFrom(0) < 0;

    /// <summary>The blocks 0 to <paramref name="count"/> - 1.</summary>
    public static BlockSet First(int count)
    {
        var blocks = default(BlockSet);
        for (int word = 0; word * WordBits < count; word++)
        {
            int rest = count - (word * WordBits);
            blocks._words[word] = rest >= WordBits ? ulong.MaxValue : (1UL << rest) - 1;
        }

        return blocks;
    }

    /// <summary>A run of blocks.</summary>
    public static BlockSet Range(int start, int count)
    {
        var blocks = default(BlockSet);
        for (int index = start; index < start + count; index++)
        {
            blocks.Add(index);
        }

        return blocks;
    }

    /// <summary>The blocks of a bit field: a bit each, the first is the lowest of the first byte.</summary>
    /// <param name="bits">Bytes for no more than <see cref="Capacity"/>.</param>
    public static BlockSet FromBits(ReadOnlySpan<byte> bits)
    {
        var blocks = default(BlockSet);
        Span<byte> all = stackalloc byte[Capacity / 8];
        all.Clear();
        bits.CopyTo(all);
        for (int word = 0; word < Capacity / WordBits; word++)
        {
            blocks._words[word] = BinaryPrimitives.ReadUInt64LittleEndian(all[(word * sizeof(ulong))..]);
        }

        return blocks;
    }

    public readonly bool Contains(int index) =>
        (uint)index < Capacity && (_words[index / WordBits] >> (index % WordBits) & 1) != 0;

    public void Add(int index) => _words[index / WordBits] |= 1UL << (index % WordBits);

    public void Remove(int index) => _words[index / WordBits] &= ~(1UL << (index % WordBits));

    /// <summary>Those of its blocks that meet a condition.</summary>
    public readonly BlockSet Where(Func<int, bool> condition)
    {
        BlockSet result = this;
        for (int index = NextFrom(0); index >= 0; index = NextFrom(index + 1))
        {
            if (!condition(index))
            {
                result.Remove(index);
            }
        }

        return result;
    }

    /// <summary>The blocks of either.</summary>
    public readonly BlockSet Union(BlockSet other)
    {
        BlockSet result = this;
        for (int i = 0; i < Capacity / WordBits; i++)
        {
            result._words[i] |= other._words[i];
        }

        return result;
    }

    /// <summary>The blocks of both.</summary>
    public readonly BlockSet Intersect(BlockSet other)
    {
        BlockSet result = this;
        for (int i = 0; i < Capacity / WordBits; i++)
        {
            result._words[i] &= other._words[i];
        }

        return result;
    }

    /// <summary>The blocks of this that are not of the other.</summary>
    public readonly BlockSet Except(BlockSet other)
    {
        BlockSet result = this;
        for (int i = 0; i < Capacity / WordBits; i++)
        {
            result._words[i] &= ~other._words[i];
        }

        return result;
    }

    /// <summary>The first block at or after <paramref name="index"/>, or -1.</summary>
    public readonly int NextFrom(int index)
    {
        for (int place = index; place < Capacity; place = (place / WordBits + 1) * WordBits)
        {
            ulong rest = _words[place / WordBits] >> (place % WordBits);
            if (rest != 0)
            {
                return place + BitOperations.TrailingZeroCount(rest);
            }
        }

        return -1;
    }

    public readonly bool Equals(BlockSet other)
    {
        ReadOnlySpan<ulong> mine = _words;
        ReadOnlySpan<ulong> others = other._words;
        return mine.SequenceEqual(others);
    }

    public override readonly bool Equals(object? obj) => obj is BlockSet other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(Count, NextFrom(0));

    [InlineArray(Capacity / WordBits)]
    private struct Words
    {
        private ulong _first;
    }
}
