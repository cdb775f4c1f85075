using System.Net;
using PeerNet.Engine.Node.Monitoring;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Node;

/// <summary>How a node is started. Checked as a whole: all errors are reported at once.</summary>
public sealed record PeerNodeOptions
{
    /// <summary>PNRP's registered port (MS-PNRP 1.9).</summary>
    public const int DefaultPnrpPort = 3540;

    /// <summary>The registered port of groups (MS-PPSEC 1.9).</summary>
    public const int DefaultGroupPort = 3587;

    /// <summary>The port of WS-Discovery, which content discovery uses (MS-PCCRD 2.1).</summary>
    public const int DefaultDiscoveryPort = 3702;

    /// <summary>The lowest port of PNRP: receivers drop what comes from a port of 1024 or less (MS-PNRP 3.1.5.2).</summary>
    public const int LowestPnrpPort = 1025;

    /// <summary>The node's name in this process.</summary>
    public string Name { get; init; } = "default";

    /// <summary>The suite that the node speaks.</summary>
    public PeerSuite Suite { get; init; } = PeerSuite.Modern;

    /// <summary>The state folder; null for the per-user folder (or <c>PEERNET_HOME</c>), one folder a node name.</summary>
    public string? StatePath { get; init; }

    /// <summary>Port that was asked for: taken means failure. Null prefers 3540 and falls back to a free one.</summary>
    public int? PnrpPort { get; init; }

    /// <summary>Port of graphs and groups that was asked for: the first graph that names no port of its own listens there;
    /// null for ports that the system chooses.</summary>
    public int? GroupPort { get; init; }

    /// <summary>Port of content retrieval that was asked for: taken means failure. Null leaves it to the settings.</summary>
    public int? RetrievalPort { get; init; }

    /// <summary>Port of content discovery, shared with other programs (MS-PCCRD 2.1).</summary>
    public int DiscoveryPort { get; init; } = DefaultDiscoveryPort;

    /// <summary>Local addresses to use; empty for all.</summary>
    public IReadOnlyList<IPAddress> ListenAddresses { get; init; } = [];

    /// <summary>Interfaces to use, by names in which <c>*</c> stands for any characters and <c>?</c> for one; empty for
    /// all. Where listen addresses are given too, those of them that these interfaces have.</summary>
    public IReadOnlyList<string> Interfaces { get; init; } = [];

    /// <summary>Seeds, as host, host:port or [v6]:port: each of the clouds in whose scope its address is, host names of the
    /// Global_ cloud.</summary>
    public IReadOnlyList<string> Seeds { get; init; } = [];

    /// <summary>How much it logs.</summary>
    public PeerLogLevel LogLevel { get; init; } = PeerLogLevel.Information;

    /// <summary>The file that it logs to, in at most five files of 10 MiB; null for none.</summary>
    public string? LogPath { get; init; }

    /// <summary>Whether it logs to the operating system's log: on Windows the event log, elsewhere standard error, which systemd
    /// hands to the journal.</summary>
    public bool LogToSystem { get; init; }

    /// <summary>Where it serves its metrics to Prometheus, such as <c>http://127.0.0.1:9464/</c>, with <c>+</c> for every address
    /// of this machine; null for nowhere.</summary>
    public string? MetricsPrefix { get; init; }
}
