using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Graph maintenance: when to connect to whom, and whom to leave: MS-PPGRH 3.1.6.5, 3.1.6.6, 3.1.7.13 to 3.1.7.16.</summary>
/// <param name="core">What the parts share.</param>
/// <param name="links">The connections.</param>
/// <param name="records">What nodes tell of themselves.</param>
/// <param name="candidates">Whom to connect to.</param>
internal sealed class GraphMaintenance(GraphCore core, GraphLinks links, InternalRecords records, Candidates candidates)
{
    private static readonly TimeSpan AttemptPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PartitionDelayMinimum = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PartitionDelaySpread = TimeSpan.FromSeconds(25);

    private readonly LostNodes _missing = new();
    private TimeSpan _maintenanceDue = TimeSpan.MaxValue;
    private TimeSpan _retryDue = TimeSpan.MaxValue;
    private TimeSpan _retryDelay = core.Options.RetryInterval;
    private TimeSpan _missingDue = TimeSpan.MaxValue;
    private TimeSpan _partitionDue = TimeSpan.MaxValue;

    /// <summary>When there is something to do next.</summary>
    public TimeSpan Due => Moment.Least(_maintenanceDue, _retryDue, _missingDue, _partitionDue);

    private TimeSpan MaintenanceInterval =>
        core.Neighbors.Count > 0 ? GraphOptions.MaintenanceInterval : GraphOptions.IsolatedMaintenanceInterval;

    public void Advance()
    {
        AdvancePartition();
        AdvanceMissing();
        if (core.Elapsed >= _maintenanceDue)
        {
            candidates.ForgetTries();
            Maintain(isPeriodic: true);
            _maintenanceDue = core.Elapsed + MaintenanceInterval;
        }
        else if (core.Elapsed >= _retryDue)
        {
            _retryDue = TimeSpan.MaxValue;
            MaintainConnections(isPeriodic: false);
        }
    }

    /// <summary>Maintains the graph if something has happened that asks for it. Every call ends with it.</summary>
    public void Settle()
    {
        if (core.IsMaintenanceWanted && core.IsOpen)
        {
            core.IsMaintenanceWanted = false;
            Maintain(isPeriodic: false);
        }
    }

    /// <summary>Others connect to this node, or no longer do. The first period is shortened by chance: nodes that one script
    /// starts would look for other parts of a split graph all at the same time, and at no other.</summary>
    public void Begin()
    {
        TimeSpan firstPeriod = MaintenanceInterval - core.Random.NextTimeSpan(MaintenanceInterval / 2);
        _maintenanceDue = Moment.Least(_maintenanceDue, core.Elapsed + firstPeriod);
        core.IsMaintenanceWanted = true;
    }

    /// <summary>Connects to a node that the owner names. Referrals are followed.</summary>
    public GraphLink Connect(GraphEndpoint endpoint, string? peerId)
    {
        candidates.Add([endpoint]);
        candidates.ForgetTries();
        return Dial(endpoint, peerId);
    }

    /// <summary>Connects to a node that <see cref="GraphDeed.FindNode"/> has found, unless it is known or there are as
    /// many neighbors as there may be.</summary>
    public void Repair(GraphEndpoint endpoint)
    {
        if (endpoint.IsUsable && HasRoomForAttempt() && !core.IsOwn(endpoint) && !links.IsLinked(endpoint))
        {
            candidates.Add([endpoint]);
            Dial(endpoint, null);
        }
    }

    /// <summary>A neighbor is there.</summary>
    public void Reached(GraphLink link)
    {
        _missing.Remove(link.NodeId);
        if (link.IsInitiator)
        {
            _missing.Remove(link.Remote);
            _retryDelay = core.Options.RetryInterval;
        }
    }

    /// <summary>A connection is over.</summary>
    public void Ended(GraphLink link, ConnectionEnd end, FormerLink former)
    {
        if (former.IsNeighbor && end == ConnectionEnd.Lost)
        {
            MissNeighbor(link);
        }

        if (former.IsConnecting && core.IsOpen)
        {
            AfterFailedAttempt(link, end);
        }
    }

    // MS-PPGRH 3.1.7.16. The text resets the timer after every maintenance; where things happen often, its tuning would
    // never take place then. Other maintenance only brings the timer forward.
    private void Maintain(bool isPeriodic)
    {
        records.Maintain();
        DetectPartition();
        MaintainConnections(isPeriodic);
        if (isPeriodic)
        {
            RepairSplit();
        }

        if (_maintenanceDue != TimeSpan.MaxValue || core.IsReady)
        {
            _maintenanceDue = Moment.Least(_maintenanceDue, core.Elapsed + MaintenanceInterval);
        }
    }

    // MS-PPGRH 3.1.7.15 has contacts ask the application for another node, which not every application knows. All nodes
    // look for those besides that have vanished without a word: contacts of the other half of a split graph are known for
    // 15 minutes at most, and after that nothing else in the graph speaks of it.
    private void RepairSplit()
    {
        if (records.Contacts.IsContact)
        {
            core.Output.Do(new GraphDeed.FindNode());
        }

        if (core.IsReady && HasRoomForAttempt() && FindLost() is { } lost)
        {
            Dial(lost.Endpoint, lost.PeerId);
        }
    }

    /// <summary>A neighbor has vanished without a word. If it was the network that broke and not the node, then all that
    /// this side of it knows of the other side ends with such connections; and as long as it has neighbors enough, nothing
    /// else makes it look there before the next maintenance, which is minutes away.</summary>
    private void MissNeighbor(GraphLink link)
    {
        IReadOnlyList<GraphEndpoint> endpoints = link.IsInitiator ? [link.Remote, .. link.Endpoints] : link.Endpoints;
        _missing.Add(link.NodeId, link.PeerId, endpoints, core.Elapsed);
        ScheduleMissing();
    }

    private void ScheduleMissing()
    {
        if (_missingDue == TimeSpan.MaxValue && _missing.Count > 0)
        {
            TimeSpan half = GraphOptions.IsolatedMaintenanceInterval / 2;
            _missingDue = core.Elapsed + half + core.Random.NextTimeSpan(half);
        }
    }

    private void AdvanceMissing()
    {
        if (core.Elapsed < _missingDue)
        {
            return;
        }

        _missingDue = TimeSpan.MaxValue;
        if (HasRoomForAttempt() && _missing.TryPick(core.Random, core.Elapsed, candidates.IsWay, out DialTarget missing))
        {
            Dial(missing.Endpoint, missing.PeerId);
        }

        ScheduleMissing();
    }

    private DialTarget? FindLost() => records.Lost.TryPick(core.Random, core.Elapsed, candidates.IsWay, out DialTarget lost) ? lost : null;

    /// <summary>Looks whether the graph may be split. The specification does at maintenance only. It costs nothing to look when a
    /// signature or a contact changes: the timer gives the others time to follow.</summary>
    public void DetectPartition()
    {
        if (_partitionDue == TimeSpan.MaxValue && candidates.FindStray() is not null)
        {
            _partitionDue = core.Elapsed + PartitionDelayMinimum
                + TimeSpan.FromSeconds(core.Random.Next((int)PartitionDelaySpread.TotalSeconds + 1));
        }
    }

    private void AdvancePartition()
    {
        if (core.Elapsed < _partitionDue)
        {
            return;
        }

        _partitionDue = TimeSpan.MaxValue;
        if (HasRoomForAttempt() && candidates.FindStray() is { } stray)
        {
            Dial(candidates.Choose(stray.Endpoints), stray.PeerId);
        }
    }

    // MS-PPGRH 3.1.7.14
    private void MaintainConnections(bool isPeriodic)
    {
        if (isPeriodic && core.Neighbors.Count > core.Options.IdealNeighbors)
        {
            DropLeastUseful();
        }

        int wanted = !core.IsReady || (core.Neighbors.Count == 0 && !isPeriodic) ? 1
            : isPeriodic ? core.Options.IdealNeighbors
            : core.Options.MinimumNeighbors;

        // An attempt that takes long does not stand in the way of others; there are never many.
        int attempts = links.Count(link => link.IsConnecting && core.Elapsed - link.Opened < AttemptPatience);
        if (core.Neighbors.Count + attempts < wanted && HasRoomForAttempt())
        {
            ConnectToSomebody();
        }
    }

    private void ConnectToSomebody()
    {
        if ((candidates.Find() ?? FindLost()) is { } target)
        {
            Dial(target.Endpoint, target.PeerId);
            RetryLater();
        }
        else if (candidates.HasBusy)
        {
            RetryLater();
        }
        else if (core.Neighbors.Count == 0 && core.Endpoints.Length > 0)
        {
            // The text asks only contacts to find others. A node that knows nobody has no other way either.
            core.Output.Do(new GraphDeed.FindNode());
        }
    }

    /// <summary>A connection that was being opened from here is over.</summary>
    private void AfterFailedAttempt(GraphLink link, ConnectionEnd end)
    {
        // MS-PPGRH 3.1.5.2.3
        int attempts = links.Count(other => other.IsConnecting);
        if (end == ConnectionEnd.Refused
            && core.Neighbors.Count + attempts < core.Options.IdealNeighbors
            && candidates.TryTakeUntried(out GraphEndpoint referral))
        {
            Dial(referral, null);
            return;
        }

        if (core.Neighbors.Count < (core.IsReady ? core.Options.MinimumNeighbors : 1))
        {
            RetryLater();
        }

        DetectPartition();
    }

    private bool HasRoomForAttempt() => links.HasRoomForNeighbor()
        && links.Count(link => link.IsConnecting) < 2 * core.Options.IdealNeighbors;

    private void RetryLater()
    {
        if (_retryDue == TimeSpan.MaxValue)
        {
            _retryDue = core.Elapsed + (_retryDelay / 2) + core.Random.NextTimeSpan(_retryDelay / 2);
            _retryDelay = Moment.Least(_retryDelay * 2, GraphOptions.IsolatedMaintenanceInterval);
        }
    }

    private void DropLeastUseful()
    {
        GraphLink? least = null;
        foreach (GraphLink neighbor in core.Neighbors)
        {
            bool isSpared = core.Elapsed - neighbor.Connected < GraphOptions.ProbationTime
                || neighbor.Sync is not null
                || neighbor.Serving is not null
                || neighbor.Owed is not null;
            if (!isSpared && (least is null || neighbor.Utility < least.Utility))
            {
                least = neighbor;
            }
        }

        if (least is not null)
        {
            links.Drop(least, ConnectionEnd.LeastUseful, DisconnectReason.LeastUseful);
        }
    }

    private GraphLink Dial(GraphEndpoint endpoint, string? peerId)
    {
        candidates.MarkTried(endpoint);
        return links.Dial(endpoint, peerId, isDirect: false);
    }
}
