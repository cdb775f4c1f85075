using PeerNet.Engine.Core;

namespace PeerNet.Engine.Node.Monitoring;

/// <summary>How a node tells what it does, which may change while it runs.</summary>
public interface INodeMonitoring
{
    /// <summary>How much it logs.</summary>
    PeerLogLevel LogLevel { get; set; }

    /// <summary>The file that it logs to; null for none.</summary>
    string? LogPath { get; }

    /// <summary>Whether it logs to the operating system's log too.</summary>
    bool IsLoggedBySystem { get; }

    /// <summary>Logs to a file from now on, in place of another.</summary>
    /// <param name="path">The file, which is made if it is not there; null for none.</param>
    /// <exception cref="PeerException">It is no file of this user's alone, cannot be written, or another node logs to it. Then all
    /// stays as it was.</exception>
    void SetLogPath(string? path);

    /// <summary>Where it serves its metrics to Prometheus, as <c>http://host:port/path/</c>; null where it does not.</summary>
    string? MetricsPrefix { get; }

    /// <summary>Serves the metrics, at <c>metrics</c> below a prefix, in place of another.</summary>
    /// <param name="prefix">The prefix, with <c>+</c> for every address of this machine; null for none.</param>
    /// <param name="cancellationToken">Gives up; then they are not served.</param>
    /// <exception cref="PeerException">It is no prefix, its port is taken, or its host is not this machine. Then they are not
    /// served.</exception>
    Task SetMetricsPrefixAsync(string? prefix, CancellationToken cancellationToken);
}
