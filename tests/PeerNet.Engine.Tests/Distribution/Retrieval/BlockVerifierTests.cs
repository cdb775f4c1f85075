using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Retrieval;

namespace PeerNet.Engine.Tests.Distribution.Retrieval;

/// <summary>Blocks are checked many at once, and each for itself.</summary>
public sealed class BlockVerifierTests
{
    private readonly BlockVerifier _verifier = new();

    [Fact]
    public Task Of_many_segments_at_once_just_the_damaged_ones_are_refused() => AssertDamagedAreRefusedAsync(
        [.. Enumerable.Range(0, 100).Select(number => TestContent.V2(number, 20_000 + (number * 911)))]);

    [Fact]
    public Task Of_many_blocks_at_once_just_the_damaged_ones_are_refused() => AssertDamagedAreRefusedAsync(
        [.. Enumerable.Range(0, 20).Select(number => TestContent.V1(number, 1_000 + (number * 911)))]);

    private async Task AssertDamagedAreRefusedAsync(TestContent[] contents)
    {
        bool[] isDamaged = [.. contents.Select((_, number) => number % 7 == 3)];
        bool[] isRight = await Task.WhenAll(contents.Select((content, number) => Task.Run(async () =>
        {
            PeerContentSegment segment = content.Segments[0];
            byte[] block = content.GetBlock(segment, 0).ToArray();
            block[^1] ^= (byte)(isDamaged[number] ? 1 : 0);
            return await _verifier.MatchesAsync(segment, 0, block);
        })));

        Assert.Equal(isDamaged.Select(damaged => !damaged), isRight);
    }
}
