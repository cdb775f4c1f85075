using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>The log messages of HTTP: event ids 3500 to 3599.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(3500, LogLevel.Information, "HTTP listens on {Endpoint}.")]
    public static partial void Listening(ILogger logger, string endpoint);

    [LoggerMessage(3501, LogLevel.Information, "TCP port {Wanted} cannot be had; HTTP listens on port {Port} instead.")]
    public static partial void PortTaken(ILogger logger, int wanted, int port);

    [LoggerMessage(3502, LogLevel.Error, "The answer to {Method} {Path} failed.")]
    public static partial void HandlerFailed(ILogger logger, string method, string path, Exception exception);

    [LoggerMessage(3503, LogLevel.Debug, "The TLS handshake with {Client} failed: {Reason}")]
    public static partial void HandshakeFailed(ILogger logger, string client, string reason);

    [LoggerMessage(3504, LogLevel.Warning, "The published file {Path} cannot be read: {Reason}")]
    public static partial void FileUnreadable(ILogger logger, string path, string reason);

    [LoggerMessage(3505, LogLevel.Information, "The server of {Uri} has sent content information afterwards: {Bytes} bytes of what came plain are in the cache, {Rejected} blocks are not what it describes.")]
    public static partial void TakenIn(ILogger logger, Uri uri, long bytes, int rejected);

    [LoggerMessage(3506, LogLevel.Information, "What came plain from {Uri} does not get into the cache: {Reason}")]
    public static partial void NotTakenIn(ILogger logger, Uri uri, string reason);

    [LoggerMessage(3507, LogLevel.Error, "Taking in what came plain from {Uri} failed.")]
    public static partial void TakingInFailed(ILogger logger, Uri uri, Exception exception);
}
