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

/// <summary>What the machine wants done.</summary>
internal abstract record DownloadEffect
{
    private DownloadEffect(DownloadSchedule download) => Download = download;

    /// <summary>For which download.</summary>
    public DownloadSchedule Download { get; }

    /// <summary>Look which blocks of a segment an interrupted download has left, and which the cache has, and say
    /// <see cref="DownloadSchedule.AtHand"/>.</summary>
    internal sealed record Look(DownloadSchedule Of, int Index) : DownloadEffect(Of);

    /// <summary>Ask a server, or the link; the input that says how it ended is one of <see cref="DownloadSchedule"/>.</summary>
    internal sealed record Ask(DownloadRequest Request) : DownloadEffect(Request.Download);

    /// <summary>A request need not be finished; that it has ended is to be said still.</summary>
    internal sealed record Cancel(DownloadRequest Request) : DownloadEffect(Request.Download);

    /// <summary>Read neighbouring blocks from the source, and say <see cref="DownloadSchedule.SourceRead"/> or
    /// <see cref="DownloadSchedule.SourceFailed"/>.</summary>
    internal sealed record Read(DownloadSchedule Of, SourceRead What) : DownloadEffect(Of);

    /// <summary>Write down what is there, and say <see cref="DownloadSchedule.Saved"/>.</summary>
    internal sealed record Save(DownloadSchedule Of, BlockMap Held) : DownloadEffect(Of);

    /// <summary>The owner may want to know: a server sent a block that is none.</summary>
    internal sealed record Exclude(DownloadSchedule Of, Uri Server) : DownloadEffect(Of);

    /// <summary>The owner may want to know: everybody is asked again for blocks that nobody has sent.</summary>
    internal sealed record AskAgain(DownloadSchedule Of, int Blocks) : DownloadEffect(Of);

    /// <summary>All is there, or nobody is left to ask.</summary>
    internal sealed record End(DownloadSchedule Of) : DownloadEffect(Of);
}

/// <summary>Neighbouring blocks that are read from the source.</summary>
/// <param name="first">The number of the first one.</param>
/// <param name="count">How many.</param>
internal sealed class SourceRead(int first, int count)
{
    public int First => first;

    public int Count => count;

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }
}

/// <summary>What the parts of a download share: its sessions, its timers, who is known to have what, and what is to be done.</summary>
/// <param name="download">The download.</param>
/// <param name="lists">Who has what, from other downloads too.</param>
/// <param name="effects">Takes what is to be done.</param>
internal sealed class DownloadContext(
    DownloadSchedule download, ServerInformationLists lists, EffectList<DownloadEffect> effects)
{
    public DownloadSchedule Download => download;

    public ServerInformationLists Lists => lists;

    public Timers<DownloadTimer> Timers { get; } = new();

    /// <summary>The open sessions in the order of the content: the first ones are served first.</summary>
    public List<SegmentSession> Sessions { get; } = [];

    /// <summary>Whether sessions may have lost their last hope.</summary>
    public bool IsReviewDue { get; set; }

    public void Do(DownloadEffect effect) => effects.Add(effect);
}

/// <summary>What a timer of a download is for.</summary>
/// <param name="Kind">What.</param>
/// <param name="Of">Of which server, or read from the source.</param>
internal readonly record struct DownloadTimer(DownloadTimerKind Kind, object? Of = null);

internal enum DownloadTimerKind
{
    /// <summary>The Request Timer of the oldest request.</summary>
    Request,

    /// <summary>The oldest request for a block takes long: an idle server may be asked as well.</summary>
    SecondRequest,

    /// <summary>The Upload Timer of some session.</summary>
    Session,

    /// <summary>A server that was busy, or has failed, may be asked again.</summary>
    Server,

    /// <summary>The source is asked again.</summary>
    Source,

    /// <summary>Write down what is there.</summary>
    Save,
}
