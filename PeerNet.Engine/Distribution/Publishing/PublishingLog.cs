using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.Distribution.Publishing;

/// <summary>The log messages of publishing: event ids 3700 to 3799.</summary>
internal static partial class PublishingLog
{
    [LoggerMessage(3700, LogLevel.Information, "{ContentId} is published: {Length} bytes.")]
    public static partial void Published(ILogger logger, string contentId, long length);

    [LoggerMessage(3701, LogLevel.Information, "{ContentId} is no longer published.")]
    public static partial void Unpublished(ILogger logger, string contentId);

    [LoggerMessage(3702, LogLevel.Debug, "{Path} is as it was; its hashes are known.")]
    public static partial void Unchanged(ILogger logger, string path);

    [LoggerMessage(3703, LogLevel.Debug, "{ContentId} is served plain: {Reason}")]
    public static partial void NotDescribed(ILogger logger, string contentId, string reason);

    [LoggerMessage(3704, LogLevel.Warning, "{ContentId} has changed and cannot be hashed again: {Reason}")]
    public static partial void NotHashed(ILogger logger, string contentId, string reason);
}
