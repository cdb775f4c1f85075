using System.Buffers;
using System.Security.Cryptography;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Retrieval;

/// <summary>Blocks are encrypted for many requests at once.</summary>
public sealed class BlockSealerTests
{
    private readonly BlockSealer _sealer = new();

    [Theory]
    [InlineData(BlockCipher.Aes128)]
    [InlineData(BlockCipher.Aes256)]
    public async Task Each_request_gets_its_own_block(object cipher)
    {
        var wanted = (BlockCipher)cipher;
        bool[] isRight = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(() => SealAsync(wanted, number))));

        Assert.All(isRight, Assert.True);
    }

    [Fact]
    public async Task What_fails_fails_where_it_is_awaited_and_the_next_are_served()
    {
        using HeldBlock block = CreateBlock(1000);

        await Assert.ThrowsAnyAsync<ArgumentException>(
            async () => await _sealer.SealAsync(BlockCipher.Aes128, block, new byte[16], new byte[8]));

        Assert.True(await SealAsync(BlockCipher.Aes128, 1));
    }

    private async Task<bool> SealAsync(BlockCipher cipher, int number)
    {
        using HeldBlock block = CreateBlock(1 + (number * 321));
        byte[] vector = RandomNumberGenerator.GetBytes(16);
        byte[] target = new byte[BlockEncryption.GetLength(block.Length)];
        await _sealer.SealAsync(cipher, block, vector, target);
        byte[] plain = new byte[block.Length];
        return BlockEncryption.TryDecrypt(cipher, block.Secret.Span, vector, target, plain)
            && block.Data.Span.SequenceEqual(plain);
    }

    private static HeldBlock CreateBlock(int length)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        RandomNumberGenerator.Fill(buffer);
        return new HeldBlock(buffer, length) { Secret = RandomNumberGenerator.GetBytes(32) };
    }
}
