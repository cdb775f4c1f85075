using PeerNet.Engine.Distribution;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.NameService;
using PeerNet.Engine.Pnrp;

namespace PeerNet.Engine.Node.Monitoring;

/// <summary>What a node has to measure, at one time. What it has not started is missing.</summary>
internal sealed record NodeFigures
{
    public static NodeFigures None { get; } = new();

    /// <summary>How long the node has run.</summary>
    public TimeSpan Uptime { get; init; }

    /// <summary>Errors that no caller waited for.</summary>
    public long Errors { get; init; }

    public IReadOnlyList<PeerCloud> Clouds { get; init; } = [];

    public IReadOnlyList<PeerGraph> Graphs { get; init; } = [];

    /// <summary>The graphs of groups.</summary>
    public IReadOnlyList<PeerGraph> Groups { get; init; } = [];

    public DistributionFigures? Distribution { get; init; }

    public PeerNameService? NameService { get; init; }
}
