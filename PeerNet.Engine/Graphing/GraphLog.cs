using System.Net;
using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.Graphing;

/// <summary>The log messages of graphs: event ids 4000 to 4099.</summary>
internal static partial class GraphLog
{
    [LoggerMessage(4000, LogLevel.Information, "Graph {Graph} is open as node {NodeId:x16}.")]
    public static partial void Opened(ILogger logger, string graph, ulong nodeId);

    [LoggerMessage(4001, LogLevel.Information, "Graph {Graph} is closed.")]
    public static partial void Closed(ILogger logger, string graph);

    [LoggerMessage(4002, LogLevel.Information, "Graph {Graph} listens on port {Port}.")]
    public static partial void Listening(ILogger logger, string graph, int port);

    [LoggerMessage(4003, LogLevel.Information, "Port {Port} is taken; graph {Graph} listens on a free one.")]
    public static partial void PortTaken(ILogger logger, string graph, int port);

    [LoggerMessage(4004, LogLevel.Debug, "Graph {Graph}: connection {Connection} with {Remote} ended: {Reason}")]
    public static partial void ConnectionEnded(ILogger logger, string graph, int connection, IPEndPoint? remote, string reason);

    [LoggerMessage(4005, LogLevel.Debug, "Graph {Graph}: a connection from {Remote} was turned away.")]
    public static partial void TurnedAway(ILogger logger, string graph, IPEndPoint remote);

    [LoggerMessage(4006, LogLevel.Error, "Graph {Graph} failed to handle an event.")]
    public static partial void LoopFailed(ILogger logger, string graph, Exception exception);

    [LoggerMessage(4007, LogLevel.Error, "Graph {Graph}: what happened could not be written down, and its connections were cut.")]
    public static partial void CommitFailed(ILogger logger, string graph, Exception exception);

    [LoggerMessage(4008, LogLevel.Warning, "Graph {Graph}: the security provider failed: {Message}")]
    public static partial void ProviderFailed(ILogger logger, string graph, string message);

    [LoggerMessage(4009, LogLevel.Debug, "Graph {Graph}: looking for another node found nobody: {Message}")]
    public static partial void NobodyFound(ILogger logger, string graph, string message);
}
