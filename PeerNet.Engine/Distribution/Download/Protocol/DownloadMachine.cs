using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>
/// All downloads of a node: the client framework of MS-CCROD 2.8. Each has a <see cref="DownloadSchedule"/>, which takes most
/// of the inputs; what they share is who is known to have what.
/// </summary>
internal sealed class DownloadMachine : IMachine<DownloadEffect>
{
    private readonly ServerInformationLists _lists = new();
    private readonly List<DownloadSchedule> _downloads = [];
    private readonly EffectList<DownloadEffect> _effects = new();

    public TimeSpan NextDue
    {
        get
        {
            TimeSpan due = TimeSpan.MaxValue;
            foreach (DownloadSchedule download in _downloads)
            {
                due = download.NextDue < due ? download.NextDue : due;
            }

            return due;
        }
    }

    public void Advance(Moment now)
    {
        foreach (DownloadSchedule download in _downloads)
        {
            download.Advance(now);
        }
    }

    /// <summary>Takes what is to be done since the last call, in order; valid until the next one.</summary>
    public IReadOnlyList<DownloadEffect> TakeEffects() => _effects.Take();

    /// <summary>Begins a download.</summary>
    /// <param name="now">The time.</param>
    /// <param name="layout">What is wanted.</param>
    /// <param name="means">Where it may come from.</param>
    public DownloadSchedule Begin(Moment now, ContentLayout layout, DownloadMeans means)
    {
        var download = new DownloadSchedule(layout, means, _lists, _effects);
        _downloads.Add(download);
        download.Begin(now);
        return download;
    }

    /// <summary>A download has ended, or is given up: it wants nothing any more.</summary>
    public void Leave(DownloadSchedule download) => _downloads.Remove(download);

    /// <summary>A peer has answered a probe that has ended. It may be of use to any download, that runs or is to come: peers
    /// that have one segment of a content have others.</summary>
    public void FoundLate(Moment now, Uri address, IReadOnlyList<SegmentId> ids)
    {
        foreach (SegmentId id in ids)
        {
            _lists.Add(now.Elapsed, id, address);
        }

        foreach (DownloadSchedule download in _downloads)
        {
            download.FoundLate(now, address, ids);
        }
    }
}

/// <summary>Where a download may take its blocks from, beside what is at hand.</summary>
internal sealed record DownloadMeans
{
    /// <summary>The hosted caches to ask before peers.</summary>
    public IReadOnlyList<Uri> HostedCaches { get; init; } = [];

    /// <summary>Whether peers can be looked for.</summary>
    public bool CanDiscover { get; init; }

    /// <summary>Whether there is a source, which has all.</summary>
    public bool HasSource { get; init; }
}

/// <summary>Where a block came from.</summary>
internal enum BlockSource
{
    /// <summary>What an interrupted download had left.</summary>
    PartialFile,

    /// <summary>The local cache.</summary>
    Cache,

    /// <summary>A hosted cache.</summary>
    HostedCache,

    /// <summary>A peer.</summary>
    Peer,

    /// <summary>The source.</summary>
    Origin,
}
