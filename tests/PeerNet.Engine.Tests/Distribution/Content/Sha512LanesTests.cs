using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Tests.Distribution.Content;

/// <summary>SHA-512 of many messages at once is that of each, as the system's own library has it.</summary>
public sealed class Sha512LanesTests
{
    private readonly SeededRandom _random = new(1);

    [Fact]
    public void Each_of_many_thousand_messages_has_its_own_hash()
    {
        for (int run = 0; run < 5_000; run++)
        {
            AssertRight([.. Enumerable.Range(0, 1 + _random.Next(24)).Select(_ => _random.Next(run % 50 == 0 ? 20_000 : 400))]);
        }
    }

    [Fact]
    public void All_lengths_up_to_three_chunks_are_padded_rightly() => AssertRight([.. Enumerable.Range(0, 385)]);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void Any_number_of_segments_will_do(int count) =>
        AssertRight([.. Enumerable.Range(0, count).Select(number => number % 2 == 0 ? 131_072 : 16_384 + number)]);

    [Fact]
    public void The_hash_of_the_standard_comes_out()
    {
        // FIPS 180-4's own example
        byte[] hash = new byte[5 * Sha512Lanes.HashLength];

        Sha512Lanes.Hash(Enumerable.Repeat<ReadOnlyMemory<byte>>("abc"u8.ToArray(), 5).ToArray(), hash);

        Assert.Equal(
            "DDAF35A193617ABACC417349AE20413112E6FA4E89A97EA20A9EEEE64B55D39A"
            + "2192992A274FC1A836BA3C23A3FEEBBD454D4423643CE80E2A9AC94FA54CA49F",
            Convert.ToHexString(hash.AsSpan(4 * Sha512Lanes.HashLength)));
    }

    private void AssertRight(int[] lengths)
    {
        byte[] content = new byte[lengths.Sum()];
        _random.Fill(content);
        byte[] hashes = new byte[lengths.Length * Sha512Lanes.HashLength];

        int offset = 0;
        ReadOnlyMemory<byte>[] messages = [.. lengths.Select(length => content.AsMemory((offset += length) - length, length))];

        Sha512Lanes.Hash(messages, hashes);

        Assert.Equal([.. messages.SelectMany(message => SHA512.HashData(message.Span))], hashes);
    }
}
