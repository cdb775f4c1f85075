using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace PeerNet.Engine.Distribution.Content;

/// <summary>
/// SHA-512 of eight messages side by side, one in each lane of the processor's widest registers. In one message each step waits for
/// the one before it; eight at once take about as long as two.
/// </summary>
/// <remarks>Where the processor has no such registers the system's own library does it, with the same bytes as its result.</remarks>
internal static class Sha512Lanes
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashLength = 64;

    private const int Lanes = 8;

    // Fewer are done sooner one after the other.
    private const int Worthwhile = 3;
    private const int Chunk = 128;
    private const int Words = Chunk / sizeof(ulong);
    private const int Rounds = 80;
    private const int StateWords = 8;
    private const int LengthField = 2 * sizeof(ulong);
    private const int MaximumTail = 2 * Chunk;

    private static readonly Vector512<byte> BigEndian = Vector512.Create(
        Vector256.Create(Vector128.Create((byte)7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8)));

    // FIPS 180-4, 5.3.5
    private static readonly ulong[] Initial =
    [
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    ];

    // FIPS 180-4, 4.2.3
    private static readonly ulong[] Constants =
    [
        0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
        0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
        0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
        0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
        0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
        0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
        0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
        0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
        0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
        0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
        0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
        0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
        0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
        0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
        0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
        0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
        0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
        0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
        0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
        0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
    ];

    /// <summary>Whether this processor has registers that are wide enough.</summary>
    public static bool IsSupported => Avx512BW.IsSupported;

    /// <summary>Hashes messages.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="hashes">Takes <see cref="HashLength"/> bytes for each.</param>
    public static void Hash(ReadOnlySpan<ReadOnlyMemory<byte>> messages, Span<byte> hashes)
    {
        if (IsSupported && messages.Length >= Worthwhile)
        {
            HashAbreast(messages, hashes);
            return;
        }

        for (int message = 0; message < messages.Length; message++)
        {
            SHA512.HashData(messages[message].Span, hashes[(message * HashLength)..]);
        }
    }

    private static void HashAbreast(ReadOnlySpan<ReadOnlyMemory<byte>> messages, Span<byte> hashes)
    {
        Span<Lane> lanes = stackalloc Lane[Lanes];
        Span<byte> tails = stackalloc byte[Lanes * MaximumTail];
        Span<Vector512<ulong>> state = stackalloc Vector512<ulong>[StateWords];
        int next = 0;
        while (true)
        {
            int shortest = int.MaxValue;
            int busy = -1;
            for (int i = 0; i < Lanes; i++)
            {
                ref Lane lane = ref lanes[i];
                if (lane.IsOver)
                {
                    Finish(state, i, hashes.Slice(lane.Message * HashLength, HashLength));
                    lane = default;
                }

                if (!lane.IsTaken && next < messages.Length)
                {
                    lane = Begin(next, messages[next].Span, tails.Slice(i * MaximumTail, MaximumTail));
                    SetInitial(state, i);
                    next++;
                }

                if (lane.IsTaken)
                {
                    busy = i;
                    shortest = Math.Min(shortest, lane.Turn());
                }
            }

            if (busy < 0)
            {
                return;
            }

            Run(messages, tails, lanes, busy, shortest, state);
        }
    }

    // The padding, behind what does not fill a chunk (FIPS 180-4, 5.1.2).
    private static Lane Begin(int number, ReadOnlySpan<byte> message, Span<byte> tail)
    {
        int whole = message.Length / Chunk;
        ReadOnlySpan<byte> rest = message[(whole * Chunk)..];
        int tailLength = rest.Length + 1 + LengthField <= Chunk ? Chunk : MaximumTail;
        tail.Clear();
        rest.CopyTo(tail);
        tail[rest.Length] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(tail[(tailLength - sizeof(long))..], message.Length * 8L);
        return new Lane { IsTaken = true, Message = number, Left = whole, TailLeft = tailLength / Chunk };
    }

    private static void SetInitial(Span<Vector512<ulong>> state, int lane)
    {
        for (int word = 0; word < StateWords; word++)
        {
            state[word] = state[word].WithElement(lane, Initial[word]);
        }
    }

    private static void Finish(ReadOnlySpan<Vector512<ulong>> state, int lane, Span<byte> hash)
    {
        for (int word = 0; word < StateWords; word++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(hash[(word * sizeof(ulong))..], state[word][lane]);
        }
    }

    // A lane without a message hashes those bytes of another; what comes of it is not looked at.
    private static void Run(
        ReadOnlySpan<ReadOnlyMemory<byte>> messages,
        ReadOnlySpan<byte> tails,
        Span<Lane> lanes,
        int busy,
        int count,
        Span<Vector512<ulong>> state)
    {
        ref byte source0 = ref GetSource(messages, tails, lanes, 0, busy, count);
        ref byte source1 = ref GetSource(messages, tails, lanes, 1, busy, count);
        ref byte source2 = ref GetSource(messages, tails, lanes, 2, busy, count);
        ref byte source3 = ref GetSource(messages, tails, lanes, 3, busy, count);
        ref byte source4 = ref GetSource(messages, tails, lanes, 4, busy, count);
        ref byte source5 = ref GetSource(messages, tails, lanes, 5, busy, count);
        ref byte source6 = ref GetSource(messages, tails, lanes, 6, busy, count);
        ref byte source7 = ref GetSource(messages, tails, lanes, 7, busy, count);
        Span<Vector512<ulong>> words = stackalloc Vector512<ulong>[Words];
        for (nuint at = 0; at < (nuint)count * Chunk; at += Chunk)
        {
            for (int half = 0; half < Words; half += Lanes)
            {
                nuint place = at + ((nuint)half * sizeof(ulong));
                Transpose(
                    Load(ref source0, place),
                    Load(ref source1, place),
                    Load(ref source2, place),
                    Load(ref source3, place),
                    Load(ref source4, place),
                    Load(ref source5, place),
                    Load(ref source6, place),
                    Load(ref source7, place),
                    words[half..]);
            }

            Compress(state, words);
        }

        foreach (ref Lane lane in lanes)
        {
            lane.Advance(count);
        }
    }

    // The slices are what checks the bounds: the loop does not.
    private static ref byte GetSource(
        ReadOnlySpan<ReadOnlyMemory<byte>> messages,
        ReadOnlySpan<byte> tails,
        ReadOnlySpan<Lane> lanes,
        int index,
        int busy,
        int count)
    {
        int used = lanes[index].IsTaken ? index : busy;
        Lane lane = lanes[used];
        ReadOnlySpan<byte> source = lane.IsInTail ? tails.Slice(used * MaximumTail, MaximumTail) : messages[lane.Message].Span;
        return ref MemoryMarshal.GetReference(source.Slice(lane.Position, count * Chunk));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Load(ref byte source, nuint at) =>
        Avx512BW.Shuffle(Vector512.LoadUnsafe(ref source, at), BigEndian).AsUInt64();

    // Eight words of eight messages: from one message a register to one word a register.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        Vector512<ulong> row0,
        Vector512<ulong> row1,
        Vector512<ulong> row2,
        Vector512<ulong> row3,
        Vector512<ulong> row4,
        Vector512<ulong> row5,
        Vector512<ulong> row6,
        Vector512<ulong> row7,
        Span<Vector512<ulong>> words)
    {
        TransposePairs(
            Avx512F.UnpackLow(row0, row1),
            Avx512F.UnpackLow(row2, row3),
            Avx512F.UnpackLow(row4, row5),
            Avx512F.UnpackLow(row6, row7),
            words);
        TransposePairs(
            Avx512F.UnpackHigh(row0, row1),
            Avx512F.UnpackHigh(row2, row3),
            Avx512F.UnpackHigh(row4, row5),
            Avx512F.UnpackHigh(row6, row7),
            words[1..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposePairs(
        Vector512<ulong> pairs0, Vector512<ulong> pairs1, Vector512<ulong> pairs2, Vector512<ulong> pairs3, Span<Vector512<ulong>> words)
    {
        const byte Even = 0x88;
        const byte Odd = 0xDD;
        Vector512<ulong> even0 = Avx512F.Shuffle4x128(pairs0, pairs1, Even);
        Vector512<ulong> even1 = Avx512F.Shuffle4x128(pairs2, pairs3, Even);
        Vector512<ulong> odd0 = Avx512F.Shuffle4x128(pairs0, pairs1, Odd);
        Vector512<ulong> odd1 = Avx512F.Shuffle4x128(pairs2, pairs3, Odd);
        words[6] = Avx512F.Shuffle4x128(odd0, odd1, Odd);
        words[4] = Avx512F.Shuffle4x128(even0, even1, Odd);
        words[2] = Avx512F.Shuffle4x128(odd0, odd1, Even);
        words[0] = Avx512F.Shuffle4x128(even0, even1, Even);
    }

    // FIPS 180-4, 6.4.2
    private static void Compress(Span<Vector512<ulong>> state, Span<Vector512<ulong>> words)
    {
        Vector512<ulong> a = state[0];
        Vector512<ulong> b = state[1];
        Vector512<ulong> c = state[2];
        Vector512<ulong> d = state[3];
        Vector512<ulong> e = state[4];
        Vector512<ulong> f = state[5];
        Vector512<ulong> g = state[6];
        Vector512<ulong> h = state[7];
        for (int round = 0; round < Rounds; round += StateWords)
        {
            h = First(e, f, g, h, Next(words, round));
            d += h;
            h += Second(a, b, c);
            g = First(d, e, f, g, Next(words, round + 1));
            c += g;
            g += Second(h, a, b);
            f = First(c, d, e, f, Next(words, round + 2));
            b += f;
            f += Second(g, h, a);
            e = First(b, c, d, e, Next(words, round + 3));
            a += e;
            e += Second(f, g, h);
            d = First(a, b, c, d, Next(words, round + 4));
            h += d;
            d += Second(e, f, g);
            c = First(h, a, b, c, Next(words, round + 5));
            g += c;
            c += Second(d, e, f);
            b = First(g, h, a, b, Next(words, round + 6));
            f += b;
            b += Second(c, d, e);
            a = First(f, g, h, a, Next(words, round + 7));
            e += a;
            a += Second(b, c, d);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    // The word of a round with its constant; those behind the first sixteen are made of the sixteen before.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Next(Span<Vector512<ulong>> words, int round)
    {
        ref Vector512<ulong> word = ref words[round % Words];
        if (round >= Words)
        {
            Vector512<ulong> early = words[(round + 1) % Words];
            Vector512<ulong> late = words[(round + 14) % Words];
            word += words[(round + 9) % Words]
                + Xor(Avx512F.RotateRight(early, 1), Avx512F.RotateRight(early, 8), early >>> 7)
                + Xor(Avx512F.RotateRight(late, 19), Avx512F.RotateRight(late, 61), late >>> 6);
        }

        return word + Vector512.Create(Constants[round]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> First(
        Vector512<ulong> e, Vector512<ulong> f, Vector512<ulong> g, Vector512<ulong> h, Vector512<ulong> word)
    {
        const byte Choose = 0xCA;
        return h + word
            + Xor(Avx512F.RotateRight(e, 14), Avx512F.RotateRight(e, 18), Avx512F.RotateRight(e, 41))
            + Avx512F.TernaryLogic(e, f, g, Choose);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Second(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c)
    {
        const byte Majority = 0xE8;
        return Xor(Avx512F.RotateRight(a, 28), Avx512F.RotateRight(a, 34), Avx512F.RotateRight(a, 39))
            + Avx512F.TernaryLogic(a, b, c, Majority);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Xor(Vector512<ulong> x, Vector512<ulong> y, Vector512<ulong> z) =>
        Avx512F.TernaryLogic(x, y, z, 0x96);

    /// <summary>One message under way.</summary>
    private struct Lane
    {
        public bool IsTaken { get; init; }

        public int Message { get; init; }

        // In the message, or in the tail.
        public int Position { get; set; }

        // Chunks there.
        public int Left { get; set; }

        public int TailLeft { get; set; }

        public bool IsInTail { get; set; }

        public readonly bool IsOver => IsTaken && Left == 0 && TailLeft == 0;

        /// <summary>Goes over to the tail where the rest is hashed, and says how many chunks are left there.</summary>
        public int Turn()
        {
            if (Left == 0)
            {
                (Left, TailLeft, Position, IsInTail) = (TailLeft, 0, 0, true);
            }

            return Left;
        }

        public void Advance(int count)
        {
            if (IsTaken)
            {
                Left -= count;
                Position += count * Chunk;
            }
        }
    }
}
