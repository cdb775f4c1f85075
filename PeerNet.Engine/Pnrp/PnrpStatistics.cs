using System.Globalization;

namespace PeerNet.Engine.Pnrp;

/// <summary>Counters of one cloud, or summed over the clouds of a node.</summary>
public sealed record PnrpStatistics
{
    /// <summary>Datagrams received.</summary>
    public long DatagramsIn { get; init; }

    /// <summary>Datagrams sent.</summary>
    public long DatagramsOut { get; init; }

    /// <summary>Datagrams dropped, by reason: <c>Malformed</c>, <c>SourcePort</c>, <c>OtherSuite</c>, <c>UnknownType</c>,
    /// <c>NotPending</c>, <c>Reassembly</c>, <c>InvalidCpa</c>, <c>Expired</c>, <c>Limit</c>, <c>Budget</c> and so on.</summary>
    public IReadOnlyDictionary<string, long> Dropped { get; init; } = new Dictionary<string, long>();

    /// <summary>Resolves started.</summary>
    public long Resolves { get; init; }

    /// <summary>Resolves that found a name.</summary>
    public long ResolvesFound { get; init; }

    /// <summary>LOOKUPs sent for any reason.</summary>
    public long Lookups { get; init; }

    /// <summary>Datagrams in and out.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{DatagramsIn} datagrams in, {DatagramsOut} out");

    /// <summary>The sums of several clouds' counters.</summary>
    internal static PnrpStatistics Sum(IEnumerable<PnrpStatistics> all)
    {
        PnrpStatistics[] parts = [.. all];
        return new()
        {
            DatagramsIn = parts.Sum(part => part.DatagramsIn),
            DatagramsOut = parts.Sum(part => part.DatagramsOut),
            Dropped = parts.SelectMany(part => part.Dropped)
                .GroupBy(dropped => dropped.Key)
                .ToDictionary(reason => reason.Key, reason => reason.Sum(dropped => dropped.Value)),
            Resolves = parts.Sum(part => part.Resolves),
            ResolvesFound = parts.Sum(part => part.ResolvesFound),
            Lookups = parts.Sum(part => part.Lookups),
        };
    }
}
