using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.NameService;

/// <summary>The log messages of the name service: event ids 6000 to 6099.</summary>
internal static partial class NameServerLog
{
    [LoggerMessage(6000, LogLevel.Information, "Names are answered for at {Addresses}, port {Port}.")]
    public static partial void Listening(ILogger logger, string addresses, int port);

    [LoggerMessage(6001, LogLevel.Information, "Names are answered for no more.")]
    public static partial void Closed(ILogger logger);

    [LoggerMessage(6002, LogLevel.Debug, "The search for {Name} has come to {Count} registrations. {Failure}")]
    public static partial void Searched(ILogger logger, string name, int count, string failure);

    [LoggerMessage(6003, LogLevel.Error, "The name service failed.")]
    public static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(6004, LogLevel.Information, "{System} was told: {Step}")]
    public static partial void Told(ILogger logger, string system, string step);

    [LoggerMessage(6005, LogLevel.Warning, "What {System} was told could not be taken back: {Message}")]
    public static partial void NotTakenBack(ILogger logger, string system, string message);
}
