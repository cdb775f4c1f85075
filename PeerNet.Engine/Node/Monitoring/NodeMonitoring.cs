using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Node.Monitoring;

/// <summary>How one node tells what it does.</summary>
/// <param name="logs">Its log.</param>
/// <param name="meter">Its meter.</param>
/// <param name="export">Exports what it measures and traces, until it is disposed of; null for nothing.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">Makes the loggers of the server.</param>
internal sealed class NodeMonitoring(
    NodeLogs logs, NodeMeter meter, IDisposable? export, TimeProvider time, ILoggerFactory loggers)
    : INodeMonitoring, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private MetricsServer? _server;
    private bool _isStopped;

    public PeerLogLevel LogLevel
    {
        get => logs.Level;
        set => logs.Level = value;
    }

    public string? LogPath => logs.Location;

    public bool IsLoggedBySystem => logs.HasSystem;

    public string? MetricsPrefix => _server?.Prefix.ToString();

    /// <summary>What a firewall must let in.</summary>
    public IReadOnlyList<PeerPort> PortsToOpen => _server?.OpenPort is { } port ? [new("TCP", port, "metrics")] : [];

    /// <summary>Whether somebody is served.</summary>
    public IReadOnlyDictionary<string, int> Ports =>
        _server is { } server ? new Dictionary<string, int> { ["Metrics"] = server.Prefix.Port } : [];

    public void SetLogPath(string? path) => logs.SetFile(path);

    public async Task SetMetricsPrefixAsync(string? prefix, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await CloseAsync().ConfigureAwait(false);
            if (prefix is not null)
            {
                RequireRunning();
                _server = await MetricsServer.StartAsync(
                    prefix, () => PrometheusPage.Write(meter.Meter), time, loggers, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Serves nobody any more, and exports what is left. The log goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _isStopped = true;
            await CloseAsync().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }

        export?.Dispose();
        meter.Dispose();
    }

    private void RequireRunning()
    {
        if (_isStopped)
        {
            throw PeerErrors.NotInitialized.Exception("The node has been stopped.");
        }
    }

    private async Task CloseAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.DisposeAsync().ConfigureAwait(false);
        }
    }
}
