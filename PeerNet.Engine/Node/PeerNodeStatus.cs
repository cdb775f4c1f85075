using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Node.Installation;
using PeerNet.Engine.Node.Monitoring;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Node;

/// <summary>A node as it was when it was asked for.</summary>
public sealed record PeerNodeStatus
{
    /// <summary>The node's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is doing.</summary>
    public required PeerNodeState State { get; init; }

    /// <summary>The suite it speaks.</summary>
    public PeerSuite Suite { get; init; }

    /// <summary>Whether it runs in a runspace of its own.</summary>
    public bool IsBackground { get; init; }

    /// <summary>The components that have started.</summary>
    public string[] Components { get; init; } = [];

    /// <summary>Ports by component, such as <c>Pnrp</c> → 3540.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; init; } = new Dictionary<string, int>();

    /// <summary>What a firewall must let in for all components, such as <c>UDP 3540 (names)</c>, be they started or not.</summary>
    public PeerPort[] PortsToOpen { get; init; } = [];

    /// <summary>The addresses it listens on.</summary>
    public IPAddress[] Addresses { get; init; } = [];

    /// <summary>Its state folder.</summary>
    public string StorePath { get; init; } = "";

    /// <summary>For whom the operating system starts it; null where it does not.</summary>
    public PeerNodeScope? Installed { get; init; }

    /// <summary>The process that has it; 0 where none has.</summary>
    public int ProcessId { get; init; }

    /// <summary>The user whose process that is.</summary>
    public string User { get; init; } = "";

    /// <summary>Protocol versions by component.</summary>
    public IReadOnlyDictionary<string, Version> Versions { get; init; } = new Dictionary<string, Version>();

    /// <summary>When it started.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>Counters, summed over its clouds.</summary>
    public PnrpStatistics Statistics { get; init; } = new();

    /// <summary>How much it logs.</summary>
    public PeerLogLevel LogLevel { get; init; } = PeerLogLevel.None;

    /// <summary>The file that it logs to; null for none.</summary>
    public string? LogPath { get; init; }

    /// <summary>Whether it logs to the operating system's log.</summary>
    public bool IsLoggedBySystem { get; init; }

    /// <summary>Where it serves its metrics to Prometheus, at <c>metrics</c> below this; null where it does not.</summary>
    public string? MetricsPrefix { get; init; }

    /// <summary>The last error that no caller waited for, or null.</summary>
    public string? LastError { get; init; }

    /// <summary>The node's name.</summary>
    public override string ToString() => Name;
}
