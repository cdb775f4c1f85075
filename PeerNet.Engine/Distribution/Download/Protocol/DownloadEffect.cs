namespace PeerNet.Engine.Distribution.Download.Protocol;

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
