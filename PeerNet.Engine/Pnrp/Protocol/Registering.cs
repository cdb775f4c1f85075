using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>Registered names: MS-PNRP 3.2.4.1, 3.2.4.2, 3.2.7.2.</summary>
/// <param name="context">What the parts share.</param>
/// <param name="routes">The neighbours.</param>
/// <param name="flooding">Tells them.</param>
/// <param name="resolving">Announces, by a search for the neighbours.</param>
internal sealed class Registering(PnrpContext context, Routes routes, Flooding flooding, Resolving resolving)
{
    private readonly Queue<Registration> _toAnnounce = [];
    private readonly Timers<PnrpId> _lifetimes = new();
    private int _announcing;
    private PnrpId? _registering;

    /// <summary>The cache is denser around other ids from now on.</summary>
    public Action? CentresMoved { get; set; }

    /// <summary>When the first lifetime is over.</summary>
    public TimeSpan NextDue => _lifetimes.NextDue;

    /// <summary>Registers a name (MS-PNRP 3.2.4.1). It is announced as soon as other nodes are known.</summary>
    /// <exception cref="InvalidOperationException">The node only resolves, the cloud is closed, or the id is registered.</exception>
    public void Register(LocalName name) => Add(name, isNew: true);

    private void Add(LocalName name, bool isNew)
    {
        if (context.Mode == PeerCloudMode.ResolveOnly || !context.IsOpen || context.Registrations.Contains(name.Id))
        {
            throw new InvalidOperationException("The name cannot be registered here.");
        }

        _registering = isNew ? name.Id : null;
        var registration = new Registration(name);
        context.Registrations.Add(name.Id, registration);
        RebuildOwnEntry(registration);

        // An id that was another's a moment ago, or a stale entry of this node's own, is not a neighbour.
        routes.Forget(name.Id);
        UpdateCentres();
        TellState(registration);
        routes.PromoteToLeafSet(registration);
        QueueAnnouncement(registration);
        _registering = null;
    }

    /// <summary>Withdraws a name and tells its neighbours (MS-PNRP 3.2.4.2).</summary>
    /// <returns>False where the id is not registered.</returns>
    public bool Unregister(PnrpId id)
    {
        if (!context.Registrations.TryFind(id, out int index))
        {
            return false;
        }

        Registration registration = context.Registrations[index];
        context.Registrations.RemoveAt(index);
        _lifetimes.Cancel(id);
        if (context.HasNetwork)
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
    public void Update(PnrpId id, LocalName replacement)
    {
        if (!context.Registrations.TryFind(id, out int index))
        {
            throw new InvalidOperationException("The id is not registered.");
        }

        if (replacement.Id == id)
        {
            // The content lives here only: whoever asks from now on gets the new CPA.
            context.Registrations[index].Name = replacement;
            return;
        }

        TimeSpan? end = _lifetimes.Get(id);
        Unregister(id);
        Add(replacement, isNew: false);
        if (end is { } due)
        {
            _lifetimes.Set(replacement.Id, due);
        }
    }

    /// <summary>Gives a registration a lifetime from now on, or takes it.</summary>
    public void SetLifetime(PnrpId id, TimeSpan? lifetime)
    {
        if (lifetime is { } span && context.Registrations.Contains(id))
        {
            _lifetimes.Set(id, context.Now.Elapsed + span);
        }
        else
        {
            _lifetimes.Cancel(id);
        }
    }

    /// <summary>Tells whose lifetime is over.</summary>
    public void TellLifetimes()
    {
        while (_lifetimes.TryTake(context.Now.Elapsed, out PnrpId id))
        {
            context.Tell(new PnrpNews.LifetimeOver(id));
        }
    }

    /// <summary>Announces a registration as soon as it is its turn.</summary>
    public void QueueAnnouncement(Registration registration)
    {
        if (context.State == PeerCloudState.Active && !registration.IsQueued && !registration.IsAnnouncing)
        {
            registration.IsQueued = true;
            _toAnnounce.Enqueue(registration);
        }

        AnnounceQueued();
    }

    /// <summary>Announces all, where there is somebody to tell.</summary>
    public void AnnounceAll()
    {
        if (context.State == PeerCloudState.Active)
        {
            context.ForEachRegistration(QueueAnnouncement);
        }
    }

    private void AnnounceQueued()
    {
        while (_announcing < PnrpLimits.MaximumAnnouncements && _toAnnounce.TryDequeue(out Registration? registration))
        {
            registration.IsQueued = false;
            if (registration.State != PeerRegistrationState.Unregistered && context.State == PeerCloudState.Active)
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
        registration.Announced = context.Now.Elapsed;
        if (registration.State != PeerRegistrationState.Registered)
        {
            SetState(registration, PeerRegistrationState.Announcing);
        }

        resolving.Start(new ResolveState
        {
            Target = registration.Id.Next,
            Reason = ResolveReason.Registration,
            Registration = registration,
            CurrentBestMatch = registration.Entry,
        });
    }

    /// <summary>An announcement is over.</summary>
    public void OnAnnounced(ResolveState resolve)
    {
        _announcing--;
        Registration registration = resolve.Registration!;
        registration.IsAnnouncing = false;
        if (registration.State != PeerRegistrationState.Unregistered)
        {
            bool isHeard = resolve.TotalUsefulHops > 0;
            SetState(
                registration, isHeard ? PeerRegistrationState.Registered : PeerRegistrationState.Waiting);
            bool isWanting = resolve.IsLossy || !isHeard;
            registration.NeedsRefill |= isWanting;
            registration.Pause = isWanting ? NextPause(registration.Pause) : TimeSpan.Zero;
        }

        AnnounceQueued();
    }

    /// <summary>The network is gone: nothing is announced any more.</summary>
    public void WaitAll() =>
        context.ForEachRegistration(registration => SetState(registration, PeerRegistrationState.Waiting));

    private static TimeSpan NextPause(TimeSpan last) =>
        TimeSpan.FromTicks(Math.Clamp(
            2 * last.Ticks, PnrpLimits.MaintenanceInterval.Ticks, PnrpLimits.RefreshInterval.Ticks));

    private void SetState(Registration registration, PeerRegistrationState state)
    {
        if (registration.State != state)
        {
            registration.State = state;
            TellState(registration);
        }
    }

    private void TellState(Registration registration) => context.Tell(new PnrpNews.RegistrationChanged(
        registration.Id, registration.State, IsNew: registration.Id == _registering));

    private void FloodWithdrawal(Registration registration)
    {
        byte[] revokeCpa = registration.Name.BuildRevokeCpa(context.Now.Utc);
        ReadOnlySpan<RouteEntry> above = registration.Leaves.Above;
        ReadOnlySpan<RouteEntry> below = registration.Leaves.Below;
        RouteEntry? next = above.IsEmpty ? null : above[0];
        RouteEntry? previous = below.IsEmpty || below[0] == next ? null : below[0];
        PnrpEndpoint[] flooded = flooding.Extend([], next, previous);
        flooding.ForwardRevoke(next, revokeCpa, flooded);
        flooding.ForwardRevoke(previous, revokeCpa, flooded);

        // What remains of the leaf sets at both edges gets a neighbour from the other side.
        if (next is not null && below.Length > 1 && below[^1] != next)
        {
            flooding.FloodEntry(below[^1], next, []);
        }

        if (previous is not null && above.Length > 1 && above[^1] != previous)
        {
            flooding.FloodEntry(above[^1], previous, []);
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

        leaves.ForEach(context.Cache.Release);
    }

    /// <summary>The cache is denser around the first of the own ids; without any, around a random point.</summary>
    public void UpdateCentres()
    {
        if (context.Registrations.Count == 0)
        {
            context.Cache.SetCentres([new PnrpId(context.Random.NextBits128(), default)]);
            return;
        }

        int count = Math.Min(context.Registrations.Count, PnrpLimits.MaximumCentres);
        Span<PnrpId> centres = stackalloc PnrpId[count];
        for (int i = 0; i < count; i++)
        {
            centres[i] = context.Registrations.IdAt((int)((long)i * context.Registrations.Count / count));
        }

        context.Cache.SetCentres(centres);
        CentresMoved?.Invoke();
    }

    /// <summary>The own entries follow the own addresses.</summary>
    public void RebuildOwnEntries() => context.ForEachRegistration(RebuildOwnEntry);

    private void RebuildOwnEntry(Registration registration)
    {
        if (!context.HasNetwork)
        {
            registration.Entry = null;
            return;
        }

        ReadOnlySpan<PnrpEndpoint> published = context.Own.Published;
        Span<Bits128> addresses = stackalloc Bits128[published.Length];
        for (int i = 0; i < addresses.Length; i++)
        {
            addresses[i] = published[i].Address;
        }

        registration.Entry = new RouteEntry(registration.Id, published[0].Port, addresses);
    }
}
