using System.Net;
using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.Distribution.Discovery;

/// <summary>Discovery's log messages: event ids 3200 to 3299.</summary>
internal static partial class DiscoveryLog
{
    [LoggerMessage(3200, LogLevel.Debug, "Discovery of content uses {Address} on {Interface}.")]
    public static partial void Joined(ILogger logger, IPAddress address, string @interface);

    [LoggerMessage(3201, LogLevel.Debug, "Discovery of content has no multicast on {Interface}.")]
    public static partial void NoMulticast(ILogger logger, string @interface);

    [LoggerMessage(3202, LogLevel.Warning, "On {Interface} this node finds content but is not found: UDP port {Port} cannot be shared there.")]
    public static partial void NotHeard(ILogger logger, string @interface, int port);

    [LoggerMessage(3203, LogLevel.Error, "Discovery of content failed to handle an event.")]
    public static partial void Failed(ILogger logger, Exception exception);
}
