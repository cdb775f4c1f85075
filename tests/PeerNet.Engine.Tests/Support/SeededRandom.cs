using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Support;

/// <summary>Chance that repeats itself.</summary>
internal sealed class SeededRandom(int seed) : IRandomSource
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);

    public void Fill(Span<byte> destination)
    {
        lock (_lock)
        {
            _random.NextBytes(destination);
        }
    }
}
