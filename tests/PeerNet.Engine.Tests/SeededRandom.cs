using System.Buffers.Binary;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests;

/// <summary>Chance that repeats itself, by SplitMix64: the same seed gives the same bytes on every machine. For any number of
/// threads.</summary>
internal sealed class SeededRandom(ulong seed) : IRandomSource
{
    private readonly Lock _lock = new();
    private ulong _state = seed;

    public SeededRandom(int seed)
        : this((ulong)seed)
    {
    }

    public void Fill(Span<byte> destination)
    {
        lock (_lock)
        {
            while (destination.Length >= sizeof(ulong))
            {
                BinaryPrimitives.WriteUInt64LittleEndian(destination, Next());
                destination = destination[sizeof(ulong)..];
            }

            if (!destination.IsEmpty)
            {
                Span<byte> last = stackalloc byte[sizeof(ulong)];
                BinaryPrimitives.WriteUInt64LittleEndian(last, Next());
                last[..destination.Length].CopyTo(destination);
            }
        }
    }

    private ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
