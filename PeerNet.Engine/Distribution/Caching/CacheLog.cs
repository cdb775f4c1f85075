using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>Log messages of the cache: event ids 3600 to 3699.</summary>
internal static partial class CacheLog
{
    [LoggerMessage(3600, LogLevel.Information, "The cache in {Path} is open: {Segments} segments, {Bytes} bytes.")]
    public static partial void Opened(ILogger logger, string path, int segments, long bytes);

    [LoggerMessage(3601, LogLevel.Warning, "The cache in {Path} was not closed; {Files} files that its index does not have were removed.")]
    public static partial void Recovered(ILogger logger, string path, int files);

    [LoggerMessage(3602, LogLevel.Warning, "The cache folder {Path} is not there; its segments are missing until it is back.")]
    public static partial void VolumeMissing(ILogger logger, string path);

    [LoggerMessage(3603, LogLevel.Warning, "Block {Index} of segment {Segment} is not what was stored; it was dropped.")]
    public static partial void BlockDamaged(ILogger logger, SegmentId segment, int index);

    [LoggerMessage(3604, LogLevel.Warning, "The cache cannot keep a block: {Reason}")]
    public static partial void StoreFailed(ILogger logger, string reason);

    [LoggerMessage(3605, LogLevel.Warning, "The cache's index cannot be written, and will be tried again: {Reason}")]
    public static partial void FlushFailed(ILogger logger, string reason);

    [LoggerMessage(3606, LogLevel.Warning, "A file of the cache cannot be deleted now: {Reason}")]
    public static partial void EraseFailed(ILogger logger, string reason);

    [LoggerMessage(3607, LogLevel.Information, "The cache moved from {From} to {To}.")]
    public static partial void Moved(ILogger logger, string from, string to);
}
