using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using AesInstructions = System.Runtime.Intrinsics.X86.Aes;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol;

/// <summary>
/// AES-128-CBC with the processor's own instructions, several messages side by side. In one message each cipher block waits for
/// the one before it, and the processor for the end of each round; four messages at once take hardly longer than one.
/// </summary>
/// <remarks>
/// No table and no branch depends on a key or on data. <see cref="BlockEncryption.Encrypt"/> gives the same bytes by the system's
/// own library, and is what there is where <see cref="IsSupported"/> is false.
/// </remarks>
internal static class AesChains
{
    private const int Lanes = 4;
    private const int CipherBlock = 16;
    private const int Rounds = 10;
    private const int Keys = Rounds + 1;

    /// <summary>Whether this processor has the instructions.</summary>
    public static bool IsSupported => AesInstructions.IsSupported;

    /// <summary>Encrypts messages, each padded to the next whole cipher block (PKCS#7).</summary>
    public static void Encrypt(ReadOnlySpan<CbcMessage> messages)
    {
        Span<Vector128<byte>> keys = stackalloc Vector128<byte>[Lanes * Keys];
        Span<Lane> lanes = stackalloc Lane[Lanes];
        int next = 0;
        int shortest;
        try
        {
            while ((shortest = Fill(messages, ref next, lanes, keys)) > 0)
            {
                Run(messages, lanes, keys, shortest);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(keys));
        }
    }

    // Ends what has only its last cipher block left, and gives lanes that are free the next messages.
    private static int Fill(ReadOnlySpan<CbcMessage> messages, ref int next, Span<Lane> lanes, Span<Vector128<byte>> keys)
    {
        int shortest = 0;
        for (int i = 0; i < lanes.Length; i++)
        {
            ref Lane lane = ref lanes[i];
            Span<Vector128<byte>> laneKeys = keys.Slice(i * Keys, Keys);
            while (lane.Left == 0 && (lane.IsTaken || next < messages.Length))
            {
                if (lane.IsTaken)
                {
                    End(messages[lane.Message], ref lane, laneKeys);
                }
                else
                {
                    Begin(messages[next], next++, ref lane, laneKeys);
                }
            }

            shortest = lane.Left == 0 ? shortest : shortest == 0 ? lane.Left : Math.Min(shortest, lane.Left);
        }

        return shortest;
    }

    private static void Begin(in CbcMessage message, int number, ref Lane lane, Span<Vector128<byte>> keys)
    {
        Expand(message.Key.Span, keys);
        lane = new Lane
        {
            Message = number,
            IsTaken = true,
            Left = message.Plaintext.Length / CipherBlock,
            State = Vector128.Create(message.Vector.Span),
        };
    }

    private static void End(in CbcMessage message, ref Lane lane, ReadOnlySpan<Vector128<byte>> keys)
    {
        ReadOnlySpan<byte> rest = message.Plaintext.Span[lane.Position..];
        Span<byte> last = stackalloc byte[CipherBlock];
        last.Fill((byte)(CipherBlock - rest.Length));
        rest.CopyTo(last);
        Vector128<byte> state = lane.State ^ Vector128.Create((ReadOnlySpan<byte>)last) ^ keys[0];
        for (int round = 1; round < Rounds; round++)
        {
            state = AesInstructions.Encrypt(state, keys[round]);
        }

        AesInstructions.EncryptLast(state, keys[Rounds]).CopyTo(message.Ciphertext.Span[lane.Position..]);
        lane = default;
    }

    // A lane without a message does the work of another once more: the same bytes to the same place.
    private static void Run(ReadOnlySpan<CbcMessage> messages, Span<Lane> lanes, Span<Vector128<byte>> keys, int count)
    {
        int busy = 0;
        while (lanes[busy].Left == 0)
        {
            busy++;
        }

        Span<int> use = stackalloc int[Lanes];
        for (int i = 0; i < Lanes; i++)
        {
            use[i] = lanes[i].Left == 0 ? busy : i;
        }

        Encrypt(messages, lanes, keys, use, count);
        foreach (ref Lane lane in lanes)
        {
            if (lane.Left > 0)
            {
                lane.Left -= count;
                lane.Position += count * CipherBlock;
            }
        }
    }

    private static void Encrypt(
        ReadOnlySpan<CbcMessage> messages, Span<Lane> lanes, Span<Vector128<byte>> keys, ReadOnlySpan<int> use, int count)
    {
        ref byte source0 = ref GetSource(messages, lanes[use[0]], count);
        ref byte source1 = ref GetSource(messages, lanes[use[1]], count);
        ref byte source2 = ref GetSource(messages, lanes[use[2]], count);
        ref byte source3 = ref GetSource(messages, lanes[use[3]], count);
        ref byte target0 = ref GetTarget(messages, lanes[use[0]], count);
        ref byte target1 = ref GetTarget(messages, lanes[use[1]], count);
        ref byte target2 = ref GetTarget(messages, lanes[use[2]], count);
        ref byte target3 = ref GetTarget(messages, lanes[use[3]], count);
        ref Vector128<byte> keys0 = ref keys[use[0] * Keys];
        ref Vector128<byte> keys1 = ref keys[use[1] * Keys];
        ref Vector128<byte> keys2 = ref keys[use[2] * Keys];
        ref Vector128<byte> keys3 = ref keys[use[3] * Keys];
        Vector128<byte> state0 = lanes[use[0]].State;
        Vector128<byte> state1 = lanes[use[1]].State;
        Vector128<byte> state2 = lanes[use[2]].State;
        Vector128<byte> state3 = lanes[use[3]].State;
        for (nuint at = 0; at < (nuint)count * CipherBlock; at += CipherBlock)
        {
            state0 ^= Vector128.LoadUnsafe(ref source0, at) ^ keys0;
            state1 ^= Vector128.LoadUnsafe(ref source1, at) ^ keys1;
            state2 ^= Vector128.LoadUnsafe(ref source2, at) ^ keys2;
            state3 ^= Vector128.LoadUnsafe(ref source3, at) ^ keys3;
            for (int round = 1; round < Rounds; round++)
            {
                state0 = AesInstructions.Encrypt(state0, Unsafe.Add(ref keys0, round));
                state1 = AesInstructions.Encrypt(state1, Unsafe.Add(ref keys1, round));
                state2 = AesInstructions.Encrypt(state2, Unsafe.Add(ref keys2, round));
                state3 = AesInstructions.Encrypt(state3, Unsafe.Add(ref keys3, round));
            }

            state0 = AesInstructions.EncryptLast(state0, Unsafe.Add(ref keys0, Rounds));
            state1 = AesInstructions.EncryptLast(state1, Unsafe.Add(ref keys1, Rounds));
            state2 = AesInstructions.EncryptLast(state2, Unsafe.Add(ref keys2, Rounds));
            state3 = AesInstructions.EncryptLast(state3, Unsafe.Add(ref keys3, Rounds));
            state0.StoreUnsafe(ref target0, at);
            state1.StoreUnsafe(ref target1, at);
            state2.StoreUnsafe(ref target2, at);
            state3.StoreUnsafe(ref target3, at);
        }

        lanes[use[0]].State = state0;
        lanes[use[1]].State = state1;
        lanes[use[2]].State = state2;
        lanes[use[3]].State = state3;
    }

    // The slices are what checks the bounds: the loop does not.
    private static ref byte GetSource(ReadOnlySpan<CbcMessage> messages, in Lane lane, int count) =>
        ref MemoryMarshal.GetReference(messages[lane.Message].Plaintext.Span.Slice(lane.Position, count * CipherBlock));

    private static ref byte GetTarget(ReadOnlySpan<CbcMessage> messages, in Lane lane, int count) =>
        ref MemoryMarshal.GetReference(messages[lane.Message].Ciphertext.Span.Slice(lane.Position, count * CipherBlock));

    // FIPS 197, 5.2
    private static void Expand(ReadOnlySpan<byte> key, Span<Vector128<byte>> keys)
    {
        Vector128<byte> last = keys[0] = Vector128.Create(key);
        keys[1] = last = Mix(last, AesInstructions.KeygenAssist(last, 0x01));
        keys[2] = last = Mix(last, AesInstructions.KeygenAssist(last, 0x02));
        keys[3] = last = Mix(last, AesInstructions.KeygenAssist(last, 0x04));
        keys[4] = last = Mix(last, AesInstructions.KeygenAssist(last, 0x08));
        keys[5] = last = Mix(last, AesInstructions.KeygenAssist(last, 0x10));
        keys[6] = last = Mix(last, AesInstructions.KeygenAssist(last, 0x20));
        keys[7] = last = Mix(last, AesInstructions.KeygenAssist(last, 0x40));
        keys[8] = last = Mix(last, AesInstructions.KeygenAssist(last, 0x80));
        keys[9] = last = Mix(last, AesInstructions.KeygenAssist(last, 0x1B));
        keys[10] = Mix(last, AesInstructions.KeygenAssist(last, 0x36));
    }

    private static Vector128<byte> Mix(Vector128<byte> key, Vector128<byte> assist)
    {
        key ^= Sse2.ShiftLeftLogical128BitLane(key, 4);
        key ^= Sse2.ShiftLeftLogical128BitLane(key, 8);
        return key ^ Sse2.Shuffle(assist.AsInt32(), 0xFF).AsByte();
    }

    /// <summary>One message under way.</summary>
    private struct Lane
    {
        public int Message { get; init; }

        public bool IsTaken { get; init; }

        // Whole cipher blocks; the padded one is beside them.
        public int Left { get; set; }

        public int Position { get; set; }

        public Vector128<byte> State { get; set; }
    }
}

/// <summary>A message to be encrypted.</summary>
/// <param name="Key">16 bytes.</param>
/// <param name="Vector">The initialization vector, 16 bytes.</param>
/// <param name="Plaintext">The message.</param>
/// <param name="Ciphertext">Takes <see cref="BlockEncryption.GetLength"/> bytes; not the plaintext's own.</param>
internal readonly record struct CbcMessage(
    ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Vector, ReadOnlyMemory<byte> Plaintext, Memory<byte> Ciphertext);
