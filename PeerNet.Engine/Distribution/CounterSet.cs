namespace PeerNet.Engine.Distribution;

/// <summary>Counters by reason, which any thread may count up.</summary>
/// <typeparam name="T">The reasons: an enumeration that counts from 0.</typeparam>
/// <param name="prefix">What a counter's public name begins with, such as <c>Retrieval</c>.</param>
internal sealed class CounterSet<T>(string prefix)
    where T : struct, Enum
{
    private static readonly T[] Reasons = Enum.GetValues<T>();
    private readonly long[] _counts = new long[Reasons.Length];

    /// <summary>The public names of such a set's counters.</summary>
    public static IEnumerable<string> NamesOf(string prefix) => Reasons.Select(reason => prefix + reason);

    /// <summary>The count of one reason.</summary>
    public long this[T reason] => Interlocked.Read(ref _counts[Convert(reason)]);

    public void Add(T reason, long count = 1) => Interlocked.Add(ref _counts[Convert(reason)], count);

    /// <summary>The counts by their public names, such as <c>RetrievalRequests</c>.</summary>
    public Dictionary<string, long> ToDictionary() =>
        Reasons.ToDictionary(reason => prefix + reason, reason => this[reason]);

    private static int Convert(T reason) => System.Runtime.CompilerServices.Unsafe.As<T, int>(ref reason);
}
