using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.Tests.Distribution.Http;

/// <summary>Keeps what the engine logs.</summary>
internal sealed class CollectingLoggerFactory : ILoggerFactory, ILogger
{
    /// <summary>The engine's own messages.</summary>
    public ConcurrentQueue<(EventId Id, string Message)> Messages { get; } = [];

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("PeerNet", StringComparison.Ordinal)
            ? this
            : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Messages.Enqueue((eventId, formatter(state, exception)));

    public void Dispose()
    {
    }
}
