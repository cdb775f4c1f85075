using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Node.Monitoring;

/// <summary>
/// A node's log: a file, the operating system's log, and whatever loggers the program has. Whoever logs does not wait for a disk
/// or a reader: messages wait here, and where more than 4,096 do, they are lost and counted.
/// </summary>
internal sealed class NodeLogs : ILoggerFactory, IAsyncDisposable
{
    private const int MaximumWaiting = 4096;
    private const int MaximumBatch = 256;

    // Whoever reads standard error may have stopped reading.
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(2);

    private readonly ILoggerFactory _others;
    private readonly TimeProvider _time;
    private readonly LogFileLimits _limits;
    private readonly Channel<LogLine> _waiting;
    private readonly Action<IReadOnlyList<LogLine>>? _system;
    private readonly Task _writing;
    private readonly Lock _fileLock = new();
    private LogFile? _file;
    private volatile PeerLogLevel _level;
    private long _lost;
    private long _unwritten;

    /// <param name="others">The program's own loggers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="level">How much is logged.</param>
    /// <param name="path">The file; null for none.</param>
    /// <param name="system">Writes to the operating system's log; null for none.</param>
    /// <param name="limits">How large files become.</param>
    /// <exception cref="PeerException">The file cannot be had.</exception>
    public NodeLogs(
        ILoggerFactory others,
        TimeProvider time,
        PeerLogLevel level,
        string? path,
        Action<IReadOnlyList<LogLine>>? system,
        LogFileLimits limits)
    {
        _others = others;
        _time = time;
        _level = level;
        _system = system;
        _limits = limits;
        _file = path is null ? null : LogFile.Open(path, limits);
        _waiting = Channel.CreateBounded<LogLine>(
            new BoundedChannelOptions(MaximumWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true },
            _ => Interlocked.Increment(ref _lost));
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Told, once each time that it begins, that the file cannot be written.</summary>
    public Action<string>? Failed { get; set; }

    public PeerLogLevel Level
    {
        get => _level;
        set => _level = value;
    }

    /// <summary>The file; null for none.</summary>
    public string? Location => Volatile.Read(ref _file)?.Location;

    /// <summary>Whether the operating system's log has the messages too.</summary>
    public bool HasSystem => _system is not null;

    /// <exception cref="PeerException">The file cannot be had; then all stays as it was.</exception>
    public void SetFile(string? path)
    {
        lock (_fileLock)
        {
            if (path is not null && Location == Path.GetFullPath(path))
            {
                return;
            }

            LogFile? next = path is null ? null : LogFile.Open(path, _limits);
            _file?.Dispose();
            Volatile.Write(ref _file, next);
            _unwritten = 0;
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName, _others.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => _others.AddProvider(provider);

    /// <summary>Leaves the log to its owner, which ends it with <see cref="DisposeAsync"/>.</summary>
    public void Dispose()
    {
    }

    /// <summary>Writes what waits, as far as that can be written, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        try
        {
            await _writing.WaitAsync(EndTimeout, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // What waits is lost with the process.
        }

        SetFile(null);
    }

    private bool Takes(LogLevel level) =>
        level >= (LogLevel)Level && level != LogLevel.None && (_system is not null || Volatile.Read(ref _file) is not null);

    private async Task WriteAsync()
    {
        List<LogLine> batch = [];
        while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (batch.Count < MaximumBatch && _waiting.Reader.TryRead(out LogLine line))
            {
                batch.Add(line);
            }

            Write(batch);
            batch.Clear();
        }
    }

    private void Write(List<LogLine> batch)
    {
        long lost = Interlocked.Exchange(ref _lost, 0);
        if (lost > 0)
        {
            batch.Insert(0, Describe(lost));
        }

        lock (_fileLock)
        {
            WriteToFile(batch);
        }

        WriteToSystem(batch);
    }

    private void WriteToFile(List<LogLine> batch)
    {
        try
        {
            IEnumerable<LogLine> lines = _unwritten > 0 ? batch.Prepend(Describe(_unwritten)) : batch;
            _file?.Write(lines.Aggregate(new StringBuilder(), (text, line) => text.Append(line.ToString()).Append('\n')).ToString());
            _unwritten = 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            bool begins = _unwritten == 0;
            _unwritten += batch.Count;
            if (begins)
            {
                Failed?.Invoke($"The log '{Location}' cannot be written: {exception.Message}");
            }
        }
    }

    private void WriteToSystem(List<LogLine> batch)
    {
        try
        {
            _system?.Invoke(batch);
        }
#pragma warning disable CA1031 // Nobody is left to be told: this is where failures are told.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private LogLine Describe(long lost) => new(
        _time.GetUtcNow(),
        LogLevel.Warning,
        typeof(NodeLogs).FullName!,
        NodeLog.LostId,
        string.Create(CultureInfo.InvariantCulture, $"{lost} messages are missing here: they came too fast, or could not be written."),
        Cause: null);

    private sealed class Logger(NodeLogs logs, string category, ILogger other) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => other.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logs.Takes(logLevel) || other.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (other.IsEnabled(logLevel))
            {
                other.Log(logLevel, eventId, state, exception, formatter);
            }

            if (logs.Takes(logLevel))
            {
                logs._waiting.Writer.TryWrite(new LogLine(
                    logs._time.GetUtcNow(), logLevel, category, eventId.Id, formatter(state, exception), exception));
            }
        }
    }
}
