namespace PeerNet.Engine.Tests.Fuzz;

/// <summary>
/// Chance that can be repeated: the environment variable PEERNET_FUZZ_SEED sets the seed, and a failure prints it.
/// </summary>
internal sealed class SeededBytes
{
    private readonly Random _random;

    public SeededBytes(int offset = 0)
    {
        Seed = int.TryParse(Environment.GetEnvironmentVariable("PEERNET_FUZZ_SEED"), out int seed)
            ? seed
            : Environment.TickCount;
        _random = new Random(unchecked(Seed + offset));
    }

    public int Seed { get; }

    public int Next(int exclusiveMaximum) => _random.Next(exclusiveMaximum);

    public bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    public byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    public void Fill(Span<byte> destination) => _random.NextBytes(destination);

    public UInt128 Number() => new((ulong)_random.NextInt64(long.MinValue, long.MaxValue), (ulong)_random.NextInt64(long.MinValue, long.MaxValue));

    /// <summary>Copies <paramref name="source"/> into <paramref name="destination"/> with a few faults.</summary>
    /// <returns>The length of the copy.</returns>
    public int Mutate(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        source.CopyTo(destination);
        int length = source.Length;
        for (int faults = 1 + Next(4); faults > 0; faults--)
        {
            int at = Next(length);
            switch (Next(6))
            {
                case 0:
                    destination[at] ^= (byte)(1 << Next(8));
                    break;
                case 1:
                    destination[at] = (byte)Next(256);
                    break;
                case 2:
                    destination[at] = Chance(2) ? byte.MaxValue : byte.MinValue;
                    break;
                case 3:
                    length = Math.Max(1, at);
                    break;
                case 4:
                    // A run of the datagram again elsewhere: shifts fields against each other.
                    int run = Math.Min(Next(40), length - at);
                    destination.Slice(Next(length - run + 1), run).CopyTo(destination[at..]);
                    break;
                default:
                    int more = Math.Min(Next(40), destination.Length - length);
                    Fill(destination.Slice(length, more));
                    length += more;
                    break;
            }
        }

        return length;
    }

    /// <summary>Copies a message in XML and stays close to it: one or two characters of its values and tags become others of
    /// the kind.</summary>
    /// <returns>The length of the copy.</returns>
    public int MutateText(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        source.CopyTo(destination);
        ReadOnlySpan<byte> alphabet = "0Af/=:[]%. \n<>&;\"'P2-"u8;
        for (int faults = 1 + Next(2); faults > 0; faults--)
        {
            destination[Next(source.Length)] = alphabet[Next(alphabet.Length)];
        }

        return source.Length;
    }
}
