using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Graph maintenance: MS-PPGRH 3.1.6.5, 3.1.6.6, 3.1.7.13 to 3.1.7.16.</summary>
internal sealed partial class GraphMachine
{
    private const int RandomTries = 16;

    private static readonly TimeSpan AttemptPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PartitionDelayMinimum = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PartitionDelaySpread = TimeSpan.FromSeconds(25);

    private readonly LostNodes _lost = new();
    private readonly LostNodes _missing = new();
    private readonly BusyNodes _busy = new();
    private TimeSpan _maintenanceDue = TimeSpan.MaxValue;
    private TimeSpan _retryDue = TimeSpan.MaxValue;
    private TimeSpan _retryDelay;
    private TimeSpan _missingDue = TimeSpan.MaxValue;
    private TimeSpan _partitionDue = TimeSpan.MaxValue;

    private TimeSpan MaintenanceInterval =>
        _neighbors.Count > 0 ? _options.MaintenanceInterval : _options.IsolatedMaintenanceInterval;

    private void AdvanceMaintenance()
    {
        if (_core.Elapsed >= _maintenanceDue)
        {
            _referrals.ForgetTries();
            Maintain(isPeriodic: true);
            _maintenanceDue = _core.Elapsed + MaintenanceInterval;
        }
        else if (_core.Elapsed >= _retryDue)
        {
            _retryDue = TimeSpan.MaxValue;
            MaintainConnections(isPeriodic: false);
        }
    }

    // MS-PPGRH 3.1.7.16. The text resets the timer after every maintenance; where things happen often, its tuning would
    // never take place then. Other maintenance only brings the timer forward.
    private void Maintain(bool isPeriodic)
    {
        _signature.Calculate();
        _contacts.Schedule();
        DetectPartition();
        _presence.Maintain();
        MaintainConnections(isPeriodic);
        if (isPeriodic)
        {
            RepairSplit();
        }

        if (_maintenanceDue != TimeSpan.MaxValue || _core.IsReady)
        {
            _maintenanceDue = Earlier(_maintenanceDue, _core.Elapsed + MaintenanceInterval);
        }
    }

    // MS-PPGRH 3.1.7.15 has contacts ask the application for another node, which not every application knows. All nodes
    // look for those besides that have vanished without a word: contacts of the other half of a split graph are known for
    // 15 minutes at most, and after that nothing else in the graph speaks of it.
    private void RepairSplit()
    {
        if (_contacts.IsContact)
        {
            _output.Do(new GraphDeed.FindNode());
        }

        if (_core.IsReady && HasRoomForAttempt() && FindLost() is { } lost)
        {
            Dial(lost.Endpoint, lost.PeerId, isDirect: false);
        }
    }

    /// <summary>A neighbor has vanished without a word. If it was the network that broke and not the node, then all that
    /// this side of it knows of the other side ends with such connections; and as long as it has neighbors enough, nothing
    /// else makes it look there before the next maintenance, which is minutes away.</summary>
    private void MissNeighbor(GraphLink link)
    {
        IReadOnlyList<GraphEndpoint> endpoints = link.IsInitiator ? [link.Remote, .. link.Endpoints] : link.Endpoints;
        _missing.Add(link.NodeId, link.PeerId, endpoints, _core.Elapsed);
        ScheduleMissing();
    }

    private void ScheduleMissing()
    {
        if (_missingDue == TimeSpan.MaxValue && _missing.Count > 0)
        {
            TimeSpan half = _options.IsolatedMaintenanceInterval / 2;
            _missingDue = _core.Elapsed + half + _random.NextTimeSpan(half);
        }
    }

    private void AdvanceMissing()
    {
        if (_core.Elapsed < _missingDue)
        {
            return;
        }

        _missingDue = TimeSpan.MaxValue;
        if (HasRoomForAttempt() && _missing.TryPick(_random, _core.Elapsed, IsWay, out DialTarget missing))
        {
            Dial(missing.Endpoint, missing.PeerId, isDirect: false);
        }

        ScheduleMissing();
    }

    private DialTarget? FindLost() => _lost.TryPick(_random, _core.Elapsed, IsWay, out DialTarget lost) ? lost : null;

    // The specification looks for a split at maintenance only. It costs nothing to look when a signature or a contact
    // changes: the timer gives the others time to follow.
    private void DetectPartition()
    {
        if (_partitionDue == TimeSpan.MaxValue && FindStrayContact() is not null)
        {
            _partitionDue = _core.Elapsed + PartitionDelayMinimum
                + TimeSpan.FromSeconds(_random.Next((int)PartitionDelaySpread.TotalSeconds + 1));
        }
    }

    private void AdvancePartition()
    {
        if (_core.Elapsed < _partitionDue)
        {
            return;
        }

        _partitionDue = TimeSpan.MaxValue;
        if (HasRoomForAttempt() && FindStrayContact() is { } stray)
        {
            Dial(Choose(stray.Endpoints), stray.PeerId, isDirect: false);
        }
    }

    /// <summary>A contact that sees another signature and can be connected to, beginning at random.</summary>
    private KnownNode? FindStrayContact()
    {
        if (_signature.Value is null || !_core.IsReady || _contacts.Known.Count == 0)
        {
            return null;
        }

        int start = _random.Next(_contacts.Known.Count);
        for (int i = 0; i < _contacts.Known.Count; i++)
        {
            KnownNode contact = _contacts.Known[(start + i) % _contacts.Known.Count];
            if (contact.Signature != _signature.Value && IsConnectable(contact))
            {
                return contact;
            }
        }

        return null;
    }

    // MS-PPGRH 3.1.7.14
    private void MaintainConnections(bool isPeriodic)
    {
        if (isPeriodic && _neighbors.Count > _options.IdealNeighbors)
        {
            DropLeastUseful();
        }

        int wanted = !_core.IsReady || (_neighbors.Count == 0 && !isPeriodic) ? 1
            : isPeriodic ? _options.IdealNeighbors
            : _options.MinimumNeighbors;

        // An attempt that takes long does not stand in the way of others; there are never many.
        int attempts = _links.Count(link => link.IsConnecting && _core.Elapsed - link.Opened < AttemptPatience);
        if (_neighbors.Count + attempts < wanted && HasRoomForAttempt())
        {
            ConnectToSomebody();
        }
    }

    private void ConnectToSomebody()
    {
        if ((FindCandidate() ?? FindLost()) is { } target)
        {
            Dial(target.Endpoint, target.PeerId, isDirect: false);
            RetryLater();
        }
        else if (_busy.Any(_core.Elapsed))
        {
            RetryLater();
        }
        else if (_neighbors.Count == 0 && _core.Endpoints.Length > 0)
        {
            // The text asks only contacts to find others. A node that knows nobody has no other way either.
            _output.Do(new GraphDeed.FindNode());
        }
    }

    /// <summary>A connection that was being opened from here is over.</summary>
    private void AfterFailedAttempt(GraphLink link, ConnectionEnd end)
    {
        // MS-PPGRH 3.1.5.2.3
        int attempts = _links.Count(other => other.IsConnecting);
        if (end == ConnectionEnd.Refused
            && _neighbors.Count + attempts < _options.IdealNeighbors
            && _referrals.TryTakeUntried(_random, IsWay, out GraphEndpoint referral))
        {
            Dial(referral, null, isDirect: false);
            return;
        }

        if (_neighbors.Count < (_core.IsReady ? _options.MinimumNeighbors : 1))
        {
            RetryLater();
        }

        DetectPartition();
    }

    private bool HasRoomForAttempt() => _links.HasRoomForNeighbor() && ConnectingCount < 2 * _options.IdealNeighbors;

    private void RetryLater()
    {
        if (_retryDue == TimeSpan.MaxValue)
        {
            _retryDue = _core.Elapsed + (_retryDelay / 2) + _random.NextTimeSpan(_retryDelay / 2);
            _retryDelay = Earlier(_retryDelay * 2, _options.IsolatedMaintenanceInterval);
        }
    }

    private void DropLeastUseful()
    {
        GraphLink? least = null;
        foreach (GraphLink neighbor in _neighbors)
        {
            bool isSpared = _core.Elapsed - neighbor.Connected < _options.ProbationTime
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
            _links.Drop(least, ConnectionEnd.LeastUseful, Messages.DisconnectReason.LeastUseful);
        }
    }

    /// <summary>Somebody to connect to, at random from the present nodes, the contacts and the referrals.</summary>
    private DialTarget? FindCandidate()
    {
        int total = _presence.Known.Count + _contacts.Known.Count + _referrals.Count;
        for (int i = 0; i < RandomTries && total > 0; i++)
        {
            if (CandidateAt(_random.Next(total)) is { } target)
            {
                return target;
            }
        }

        // Chance has found none: where only few are left, they are found one by one.
        for (int i = 0; i < Math.Min(total, _options.MaximumReferrals * 2); i++)
        {
            if (CandidateAt(total - 1 - i) is { } target)
            {
                return target;
            }
        }

        return null;
    }

    private DialTarget? CandidateAt(int index)
    {
        if (index < _presence.Known.Count)
        {
            return CandidateOf(_presence.Known[index]);
        }

        index -= _presence.Known.Count;
        if (index < _contacts.Known.Count)
        {
            return CandidateOf(_contacts.Known[index]);
        }

        GraphEndpoint referral = _referrals[index - _contacts.Known.Count];
        return IsWay(referral) ? new(referral, PeerId: null) : null;
    }

    private DialTarget? CandidateOf(KnownNode node) =>
        IsConnectable(node) ? new(Choose(node.Endpoints), node.PeerId) : null;

    private bool IsConnectable(KnownNode node)
    {
        if (node.NodeId == NodeId || _links.FindNeighbor(node.NodeId) is not null)
        {
            return false;
        }

        // A link that has not told its node yet may lead to this one.
        return !node.Endpoints.Any(endpoint => _links.IsDialled(endpoint) || IsBusy(endpoint)) && node.Endpoints.Any(IsWay);
    }

    /// <summary>Whether an endpoint may lead to another node. One that this node or a neighbor has as well leads there.</summary>
    private bool IsWay(GraphEndpoint endpoint) =>
        endpoint.IsUsable && !IsOwn(endpoint) && !_links.IsLinked(endpoint) && !IsBusy(endpoint);

    private bool IsBusy(GraphEndpoint endpoint) => _busy.Contains(endpoint, _core.Elapsed);

    /// <summary>One of a node's endpoints: mostly the one that shares the longest prefix with an own address, but now and
    /// then any, since the best may not be reachable.</summary>
    private GraphEndpoint Choose(IReadOnlyList<GraphEndpoint> endpoints)
    {
        GraphEndpoint[] usable = [.. endpoints.Where(IsWay)];
        return _random.Next(4) == 0
            ? usable[_random.Next(usable.Length)]
            : usable.MaxBy(endpoint => _core.Endpoints.Length == 0 ? 0 : _core.Endpoints.Max(own => CommonPrefix(own, endpoint)));
    }

    private static int CommonPrefix(GraphEndpoint left, GraphEndpoint right) =>
        left.Address == right.Address ? 128 : (int)UInt128.LeadingZeroCount(left.Address ^ right.Address);
}
