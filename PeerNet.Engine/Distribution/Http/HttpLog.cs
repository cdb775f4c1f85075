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
}
