using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>How far this node has come with the graph. Owns whether it is new, open or left, and what was told of it last.</summary>
internal sealed class GraphStanding(GraphCore core)
{
    private Phase _phase;

    private enum Phase
    {
        New,
        Open,
        Left,
    }

    /// <summary>What the graph is doing.</summary>
    public PeerGraphStatus Status { get; private set; }

    public void Begin(Moment now, TimeSpan peerTimeDelta)
    {
        core.Clock.Begin(now, peerTimeDelta);
        _phase = Phase.Open;
        core.IsOpen = true;
    }

    public void End()
    {
        _phase = Phase.Left;
        core.IsOpen = false;
    }

    /// <exception cref="PeerException">It was opened before.</exception>
    public void RequireNew() => Require(Phase.New);

    /// <exception cref="PeerException">It is not open.</exception>
    public void RequireOpen() => Require(Phase.Open);

    /// <summary>Tells of the status, where it has changed.</summary>
    public void Tell()
    {
        PeerGraphStatus status = PeerGraphStatus.None;
        if (core.IsOpen)
        {
            status |= core.Endpoints.Length > 0 ? PeerGraphStatus.Listening : 0;
            status |= core.Neighbors.Count > 0 ? PeerGraphStatus.HasConnections : 0;
            status |= core.HasSynchronized ? PeerGraphStatus.Synchronized : 0;
        }

        if (status != Status)
        {
            Status = status;
            core.Output.Do(new GraphDeed.StatusChanged());
        }
    }

    private void Require(Phase phase)
    {
        if (_phase != phase)
        {
            throw (_phase == Phase.Left ? PeerErrors.GraphShuttingDown : PeerErrors.InvalidGraph).Exception(
                _phase == Phase.New ? "The graph is not open." : "The graph is open already, or has been closed.",
                core.Settings.GraphId);
        }
    }
}
