using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>Log messages of downloads: event ids 3300 to 3399.</summary>
internal static partial class DownloadLog
{
    [LoggerMessage(3300, LogLevel.Information, "Download of {Length} bytes to {Path} begins; {Resumed} blocks may be there already.")]
    public static partial void Begins(ILogger logger, long length, string path, int resumed);

    [LoggerMessage(3301, LogLevel.Information, "Download to {Path} is complete: {Cache} bytes from the cache, {Hosted} from hosted caches, {Peers} from peers, {Source} from the source.")]
    public static partial void Complete(ILogger logger, string path, long cache, long hosted, long peers, long source);

    [LoggerMessage(3302, LogLevel.Warning, "{Server} sent a block that is none; it is not asked again in this download.")]
    public static partial void Excluded(ILogger logger, Uri server);

    [LoggerMessage(3303, LogLevel.Debug, "Download to {Path} asks again for {Blocks} blocks that nobody sent.")]
    public static partial void AsksAgain(ILogger logger, string path, int blocks);

    [LoggerMessage(3304, LogLevel.Warning, "The source does not deliver: {Reason}")]
    public static partial void SourceFailed(ILogger logger, string reason);

    [LoggerMessage(3305, LogLevel.Warning, "The cache takes no more blocks of this download.")]
    public static partial void CacheRefuses(ILogger logger);

    [LoggerMessage(3306, LogLevel.Error, "The cache failed; this download goes on without it.")]
    public static partial void CacheFailed(ILogger logger, Exception exception);

    [LoggerMessage(3307, LogLevel.Warning, "The state of the download to {Path} cannot be written: {Reason}")]
    public static partial void StateNotWritten(ILogger logger, string path, string reason);

    [LoggerMessage(3309, LogLevel.Error, "Something failed that should not; it ends the downloads that run.")]
    public static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(3308, LogLevel.Warning, "Peers cannot be looked for: {Reason}")]
    public static partial void FinderFailed(ILogger logger, string reason);
}
