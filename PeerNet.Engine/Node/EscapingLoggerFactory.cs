using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Node;

/// <summary>The caller's loggers, which get the text of messages escaped: many a log ends at a terminal.</summary>
internal sealed class EscapingLoggerFactory(ILoggerFactory loggers) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new EscapingLogger(loggers.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

    /// <summary>Leaves the loggers to their owner.</summary>
    public void Dispose()
    {
    }

    private sealed class EscapingLogger(ILogger logger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logger.IsEnabled(logLevel))
            {
                logger.Log(
                    logLevel, eventId, state, EscapedCause.From(exception), (_, _) => TerminalText.Escape(formatter(state, exception)));
            }
        }
    }
}
