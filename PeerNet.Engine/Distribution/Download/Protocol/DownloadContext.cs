using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Download.Protocol;

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
