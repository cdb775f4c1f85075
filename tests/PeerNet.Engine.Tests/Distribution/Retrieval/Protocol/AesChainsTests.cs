using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Retrieval.Protocol;

/// <summary>AES-CBC side by side, against the system's own library. Processors without the instructions have nothing to test.</summary>
public sealed class AesChainsTests
{
    private const int Longest = 80;
    private const int Together = 9;

    private readonly SeededRandom _random = new(1);

    [Fact]
    public void A_million_messages_become_what_the_library_makes_of_them()
    {
        const int Total = 1_000_000;
        for (int done = 0; AesChains.IsSupported && done < Total;)
        {
            done += Compare(keys: 8, batches: 2_000);
        }
    }

    [Fact]
    public void Messages_of_all_lengths_of_blocks_and_segments_lie_side_by_side()
    {
        int[] lengths = [65536, 1, 131072, 32767, 0, 65535, 100_000, 16, 65536, 15, 70_001];
        CbcMessage[] messages = [.. lengths.Select(length => Create(Bytes(16), length))];

        Encrypt(messages);

        Assert.All(messages, message => Assert.Equal(ByLibrary(message), message.Ciphertext.ToArray()));
    }

    [Fact]
    public void The_vector_of_the_specification_of_CBC_comes_out()
    {
        // NIST SP 800-38A, F.2.1
        byte[] key = Convert.FromHexString("2B7E151628AED2A6ABF7158809CF4F3C");
        byte[] vector = Convert.FromHexString("000102030405060708090A0B0C0D0E0F");
        byte[] plain = Convert.FromHexString(
            "6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411E5FBC1191A0A52EF"
            + "F69F2445DF4F9B17AD2B417BE66C3710");
        byte[] target = new byte[80];

        Encrypt([new(key, vector, plain, target)]);

        Assert.Equal(
            AesChains.IsSupported
                ? "7649ABAC8119B246CEE98E9B12E9197D5086CB9B507219EE95DB113A917678B273BED6B8E3C1743B7116E69E22229516"
                  + "3FF1CAA1681FAC09120ECA307586E1A7"
                : new string('0', 128),
            Convert.ToHexString(target.AsSpan(0, 64)));
    }

    private static void Encrypt(CbcMessage[] messages)
    {
        if (AesChains.IsSupported)
        {
            AesChains.Encrypt(messages);
        }
        else
        {
            Array.ForEach(messages, message => ByLibrary(message).CopyTo(message.Ciphertext));
        }
    }

    private static byte[] ByLibrary(CbcMessage message)
    {
        byte[] result = new byte[BlockEncryption.GetLength(message.Plaintext.Length)];
        BlockEncryption.Encrypt(
            BlockCipher.Aes128, message.Key.Span, message.Vector.Span, message.Plaintext.Span, result);
        return result;
    }

    // The library takes longer for a new key than for a message, so keys are used more than once.
    private int Compare(int keys, int batches)
    {
        ReadOnlyMemory<byte> bytes = Bytes(1 << 16);
        ReadOnlyMemory<byte>[] secrets = [.. Enumerable.Range(0, keys).Select(_ => Slice(bytes, 16))];
        Aes[] oracles = [.. secrets.Select(CreateOracle)];
        CbcMessage[] messages = new CbcMessage[Together];
        Memory<byte>[] targets = [.. messages.Select(_ => new byte[Longest + 16])];
        Span<byte> expected = stackalloc byte[Longest + 16];
        int count = 0;
        for (int batch = 0; batch < batches; batch++)
        {
            int size = 1 + _random.Next(Together);
            for (int at = 0; at < size; at++)
            {
                messages[at] = new(
                    secrets[at % keys], Slice(bytes, 16), Slice(bytes, _random.Next(Longest + 1)), targets[at]);
            }

            AesChains.Encrypt(messages.AsSpan(0, size));
            for (int at = 0; at < size; at++, count++)
            {
                CbcMessage message = messages[at];
                int length = oracles[at % keys].EncryptCbc(message.Plaintext.Span, message.Vector.Span, expected);
                if (!expected[..length].SequenceEqual(message.Ciphertext.Span[..length]))
                {
                    Assert.Fail($"Message {at} of {size}, of {message.Plaintext.Length} bytes.");
                }
            }
        }

        Array.ForEach(oracles, oracle => oracle.Dispose());
        return count;
    }

    private static Aes CreateOracle(ReadOnlyMemory<byte> key)
    {
        var aes = Aes.Create();
        aes.SetKey(key.Span);
        return aes;
    }

    private ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> bytes, int length) =>
        bytes.Slice(_random.Next(bytes.Length - length), length);

    private CbcMessage Create(byte[] key, int length) =>
        new(key, Bytes(16), Bytes(length), new byte[BlockEncryption.GetLength(length)]);

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        _random.Fill(bytes);
        return bytes;
    }
}
