using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests;

/// <summary>Chance that repeats itself from a seed.</summary>
internal sealed class SeededRandom(int seed) : IRandomSource
{
    private readonly Random _random = new(seed);

    public void Fill(Span<byte> destination) => _random.NextBytes(destination);
}
