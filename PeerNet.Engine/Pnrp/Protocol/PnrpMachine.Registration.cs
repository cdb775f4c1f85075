using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>Registered names: MS-PNRP 3.2.4.1, 3.2.4.2, 3.2.7.2.</summary>
internal sealed partial class PnrpMachine
{
    private readonly Queue<Registration> _toAnnounce = [];
    private readonly Timers<PnrpId> _lifetimes = new();
    private int _announcing;
    private PnrpId? _registering;

    /// <summary>Registers a name (MS-PNRP 3.2.4.1). It is announced as soon as other nodes are known.</summary>
    /// <exception cref="InvalidOperationException">The node only resolves, the cloud is closed, or the id is registered.</exception>
    public void Register(Moment now, LocalName name)
    {
        Enter(now);
        Add(name, isNew: true);
    }

    private void Add(LocalName name, bool isNew)
    {
        if (_mode == PeerCloudMode.ResolveOnly || !IsOpen || _registrations.Contains(name.Id))
        {
            throw new InvalidOperationException("The name cannot be registered here.");
        }

        _registering = isNew ? name.Id : null;
        var registration = new Registration(name, _options.LeafSetSide);
        _registrations.Add(name.Id, registration);
        RebuildOwnEntry(registration);

        // An id that was another's a moment ago, or a stale entry of this node's own, is not a neighbour.
        Forget(name.Id);
        UpdateCentres();
        TellState(registration);
        PromoteToLeafSet(registration);
        QueueAnnouncement(registration);
        _registering = null;
    }

    /// <summary>Withdraws a name and tells its neighbours (MS-PNRP 3.2.4.2).</summary>
    /// <returns>False where the id is not registered.</returns>
    public bool Unregister(Moment now, PnrpId id)
    {
        Enter(now);
        if (!_registrations.TryFind(id, out int index))
        {
            return false;
        }

        Registration registration = _registrations[index];
        _registrations.RemoveAt(index);
        _lifetimes.Cancel(id);
        if (HasNetwork)
        {
            FloodWithdrawal(registration);
        }

        ReleaseLeaves(registration);
        UpdateCentres();
        registration.State = PeerRegistrationState.Unregistered;
        TellState(registration);
        return true;
    }

    /// <summary>Publishes a registration anew with other content; a replacement with another id replaces the id too.</summary>
    /// <exception cref="InvalidOperationException">The id is not registered.</exception>
    public void Update(Moment now, PnrpId id, LocalName replacement)
    {
        Enter(now);
        if (!_registrations.TryFind(id, out int index))
        {
            throw new InvalidOperationException("The id is not registered.");
        }

        if (replacement.Id == id)
        {
            // The content lives here only: whoever asks from now on gets the new CPA.
            _registrations[index].Name = replacement;
            return;
        }

        TimeSpan? end = _lifetimes.Get(id);
        Unregister(now, id);
        Add(replacement, isNew: false);
        if (end is { } due)
        {
            _lifetimes.Set(replacement.Id, due);
        }
    }

    /// <summary>Gives a registration a lifetime from now on, or takes it.</summary>
    public void SetLifetime(Moment now, PnrpId id, TimeSpan? lifetime)
    {
        Enter(now);
        if (lifetime is { } span && _registrations.Contains(id))
        {
            _lifetimes.Set(id, now.Elapsed + span);
        }
        else
        {
            _lifetimes.Cancel(id);
        }
    }

    private void TellLifetimes()
    {
        while (_lifetimes.TryTake(_now.Elapsed, out PnrpId id))
        {
            _output.Tell(new PnrpNews.LifetimeOver(id));
        }
    }

    private void QueueAnnouncement(Registration registration)
    {
        if (State == PeerCloudState.Active && !registration.IsQueued && !registration.IsAnnouncing)
        {
            registration.IsQueued = true;
            _toAnnounce.Enqueue(registration);
        }

        AnnounceQueued();
    }

    private void AnnounceAll()
    {
        if (State == PeerCloudState.Active)
        {
            ForEachRegistration(QueueAnnouncement);
        }
    }

    private void AnnounceQueued()
    {
        while (_announcing < _options.MaximumAnnouncements && _toAnnounce.TryDequeue(out Registration? registration))
        {
            registration.IsQueued = false;
            if (registration.State != PeerRegistrationState.Unregistered && State == PeerCloudState.Active)
            {
                Announce(registration);
            }
        }
    }

    // The LOOKUPs carry this node's entry, so that all who get one can learn of it.
    private void Announce(Registration registration)
    {
        _announcing++;
        registration.IsAnnouncing = true;
        registration.NeedsRefill = false;
        registration.Announced = _now.Elapsed;
        if (registration.State != PeerRegistrationState.Registered)
        {
            SetRegistrationState(registration, PeerRegistrationState.Announcing);
        }

        Start(new ResolveState
        {
            Target = registration.Id.Next,
            Reason = ResolveReason.Registration,
            Registration = registration,
            CurrentBestMatch = registration.Entry,
        });
    }

    private void OnAnnounced(ResolveState resolve)
    {
        _announcing--;
        Registration registration = resolve.Registration!;
        registration.IsAnnouncing = false;
        if (registration.State != PeerRegistrationState.Unregistered)
        {
            bool isHeard = resolve.TotalUsefulHops > 0;
            SetRegistrationState(
                registration, isHeard ? PeerRegistrationState.Registered : PeerRegistrationState.Waiting);
            bool isWanting = resolve.IsLossy || !isHeard;
            registration.NeedsRefill |= isWanting;
            registration.Pause = isWanting ? NextPause(registration.Pause) : TimeSpan.Zero;
        }

        AnnounceQueued();
    }

    private TimeSpan NextPause(TimeSpan last) =>
        TimeSpan.FromTicks(Math.Clamp(2 * last.Ticks, _options.MaintenanceInterval.Ticks, _options.RefreshInterval.Ticks));

    private void SetRegistrationState(Registration registration, PeerRegistrationState state)
    {
        if (registration.State != state)
        {
            registration.State = state;
            TellState(registration);
        }
    }

    private void TellState(Registration registration) => _output.Tell(new PnrpNews.RegistrationChanged(
        registration.Id, registration.State, IsNew: registration.Id == _registering));

    private void FloodWithdrawal(Registration registration)
    {
        byte[] revokeCpa = registration.Name.BuildRevokeCpa(_now.Utc);
        ReadOnlySpan<RouteEntry> above = registration.Leaves.Above;
        ReadOnlySpan<RouteEntry> below = registration.Leaves.Below;
        RouteEntry? next = above.IsEmpty ? null : above[0];
        RouteEntry? previous = below.IsEmpty || below[0] == next ? null : below[0];
        PnrpEndpoint[] flooded = Extend([], next, previous);
        ForwardRevoke(next, revokeCpa, flooded);
        ForwardRevoke(previous, revokeCpa, flooded);

        // What remains of the leaf sets at both edges gets a neighbour from the other side.
        if (next is not null && below.Length > 1 && below[^1] != next)
        {
            FloodEntry(below[^1], next, []);
        }

        if (previous is not null && above.Length > 1 && above[^1] != previous)
        {
            FloodEntry(above[^1], previous, []);
        }
    }

    private void ReleaseLeaves(Registration registration)
    {
        List<PnrpId> leaves = [];
        foreach (RouteEntry entry in registration.Leaves.Above)
        {
            leaves.Add(entry.Id);
        }

        foreach (RouteEntry entry in registration.Leaves.Below)
        {
            if (!leaves.Contains(entry.Id))
            {
                leaves.Add(entry.Id);
            }
        }

        leaves.ForEach(_cache.Release);
    }

    /// <summary>The cache is denser around the first of the own ids; without any, around a random point.</summary>
    private void UpdateCentres()
    {
        if (_registrations.Count == 0)
        {
            _cache.SetCentres([new PnrpId(_random.NextUInt128(), UInt128.Zero)]);
            return;
        }

        int count = Math.Min(_registrations.Count, _options.MaximumCentres);
        Span<PnrpId> centres = stackalloc PnrpId[count];
        for (int i = 0; i < count; i++)
        {
            centres[i] = _registrations.IdAt((int)((long)i * _registrations.Count / count));
        }

        _cache.SetCentres(centres);
        _gapCursor = 0;
        _gapPause = 0;
    }

    private void RebuildOwnEntries() => ForEachRegistration(RebuildOwnEntry);

    private void RebuildOwnEntry(Registration registration)
    {
        if (!HasNetwork)
        {
            registration.Entry = null;
            return;
        }

        ReadOnlySpan<PnrpEndpoint> published = _own.Published;
        Span<UInt128> addresses = stackalloc UInt128[published.Length];
        for (int i = 0; i < addresses.Length; i++)
        {
            addresses[i] = published[i].Address;
        }

        registration.Entry = new RouteEntry(registration.Id, published[0].Port, addresses);
    }

    private void ForEachRegistration(Action<Registration> action)
    {
        for (int i = 0; i < _registrations.Count; i++)
        {
            action(_registrations[i]);
        }
    }
}
