using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.Node;

/// <summary>The node's log messages: event ids 1000 to 1099.</summary>
internal static partial class NodeLog
{
    /// <summary>What tells that messages of the log are missing.</summary>
    public const int LostId = 1008;

    [LoggerMessage(1000, LogLevel.Information, "Node {Name} started; its state is in {Path}.")]
    public static partial void Started(ILogger logger, string name, string path);

    [LoggerMessage(1001, LogLevel.Information, "Node {Name} stopped.")]
    public static partial void Stopped(ILogger logger, string name);

    [LoggerMessage(1002, LogLevel.Error, "{Source}: {Message}")]
    public static partial void ComponentFailed(ILogger logger, string source, string message);

    [LoggerMessage(1003, LogLevel.Error, "An event observer failed.")]
    public static partial void ObserverFailed(ILogger logger, Exception exception);

    [LoggerMessage(1004, LogLevel.Warning, "{What}")]
    public static partial void IdentityElsewhere(ILogger logger, string what);

    [LoggerMessage(1005, LogLevel.Warning, "Node {Name} cannot be reached by other processes: {Why}")]
    public static partial void Unreachable(ILogger logger, string name, string why);

    [LoggerMessage(1007, LogLevel.Error, "A cmdlet could not be run for another process.")]
    public static partial void ServingFailed(ILogger logger, Exception exception);

    [LoggerMessage(1006, LogLevel.Debug, "Node {Name}: whoever had a cmdlet run here has gone: {Why}")]
    public static partial void CallerGone(ILogger logger, string name, string why);
}
