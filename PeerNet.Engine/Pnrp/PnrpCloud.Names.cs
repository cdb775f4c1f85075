using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp;

internal sealed partial class PnrpCloud
{
    private static readonly TimeSpan AnnouncementTimeout = TimeSpan.FromSeconds(10);

    private readonly CloudRegistrations _registrations = new();
    private readonly CloudKeys _keys = new();

    /// <summary>The identities that sign for names here.</summary>
    public IReadOnlyList<PeerName> Identities => _keys.Identities;

    /// <summary>Registers a name, or publishes it anew where the identity has registered it here; waits until the
    /// neighbours know. A caller who gives up leaves no new name behind.</summary>
    /// <returns>The registration, and whether it is new.</returns>
    /// <exception cref="PeerException">The cloud only resolves, or has no address.</exception>
    public async Task<(PeerNameRegistration Registration, bool IsNew)> RegisterAsync(
        PeerRegistrationRequest request,
        PeerName identity,
        Func<PeerPrivateKey> openKey,
        CancellationToken cancellationToken)
    {
        (CloudRegistration registration, bool isNew) =
            await _mailbox.AskAsync(() => Register(request, identity, openKey)).ConfigureAwait(false);
        try
        {
            await registration.Announced.Task
                .WaitAsync(AnnouncementTimeout, _context.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Announcing goes on; the state says so.
        }
        catch (OperationCanceledException) when (isNew)
        {
            await _mailbox.AskAsync(() => Unregister(registration.Published.Id)).ConfigureAwait(false);
            throw;
        }

        return (await _mailbox.AskAsync(() => Describe(registration)).ConfigureAwait(false), isNew);
    }

    /// <summary>Withdraws a registration; the neighbours have been told when this returns.</summary>
    /// <returns>False where there is no such registration.</returns>
    public Task<bool> UnregisterAsync(PeerNameRegistration registration) => _mailbox.AskAsync(() =>

        // A registration that follows the node's addresses may have another id by now.
        Unregister(registration.PnrpId)
        || (PeerName.TryParse(registration.Identity, out PeerName? identity)
            && _registrations.TryGet(registration.Name, identity, out CloudRegistration? moved)
            && Unregister(moved.Published.Id)));

    /// <summary>The registrations of this node.</summary>
    public Task<PeerNameRegistration[]> GetRegistrationsAsync() =>
        _mailbox.AskAsync<PeerNameRegistration[]>(() => [.. _registrations.Select(Describe)]);

    private (CloudRegistration Registration, bool IsNew) Register(
        PeerRegistrationRequest request, PeerName identity, Func<PeerPrivateKey> openKey)
    {
        if (_machine.Mode == PeerCloudMode.ResolveOnly)
        {
            throw PeerErrors.PnrpCloudIsSearchOnly.Exception(
                $"The cloud '{Name}' only resolves; change that with Set-PeerCloud -Mode Full.", request.Name);
        }

        if (Published.Count == 0)
        {
            throw PeerErrors.PnrpCloudIsDead.Exception(
                $"The cloud '{Name}' has no address at the moment: its interface is down.", request.Name);
        }

        return _registrations.TryGet(request.Name, identity, out CloudRegistration? existing)
            ? (Update(existing, request), false)
            : (Add(request, identity, openKey), true);
    }

    private CloudRegistration Add(PeerRegistrationRequest request, PeerName identity, Func<PeerPrivateKey> openKey)
    {
        PeerPrivateKey key = _keys.Rent(identity, openKey);
        CloudRegistration registration;
        try
        {
            registration = new()
            {
                Request = request,
                Identity = identity,
                Published = Publish(key, request, PrefixFor(request), _context.Random.NextUInt64()),
            };
            _machine.Register(Now, registration.Published);
        }
        catch
        {
            _keys.Return(identity);
            throw;
        }

        _registrations.Add(registration);
        SetExpiry(registration);
        CompleteIfAnnounced(registration);
        _discovery.Publish();
        _context.Observer.NameRegistered(Describe(registration));
        return registration;
    }

    private CloudRegistration Update(CloudRegistration registration, PeerRegistrationRequest request)
    {
        registration.Request = request;
        Republish(registration);
        SetExpiry(registration);
        _context.Observer.NameChanged(Describe(registration));
        return registration;
    }

    /// <summary>Publishes a registration with its present content; it keeps its id while its location stays.</summary>
    private void Republish(CloudRegistration registration)
    {
        PnrpId before = registration.Published.Id;
        ulong prefix = PrefixFor(registration.Request);
        ulong suffix = prefix == (ulong)(before.ServiceLocation >> 64)
            ? (ulong)before.ServiceLocation
            : _context.Random.NextUInt64();
        LocalName replacement = Publish(_keys[registration.Identity], registration.Request, prefix, suffix);
        _registrations.Replace(registration, replacement);
        _machine.Update(Now, before, replacement);
        CompleteIfAnnounced(registration);
    }

    private bool Unregister(PnrpId id)
    {
        if (!_registrations.Remove(id, out CloudRegistration? registration))
        {
            return false;
        }

        registration.Expiry?.Dispose();
        PeerNameRegistration last = Describe(registration) with { State = PeerRegistrationState.Unregistered };
        _machine.Unregister(Now, id);
        registration.Announced.TrySetResult();
        _keys.Return(registration.Identity);
        if (_registrations.Count == 0)
        {
            _discovery.Withdraw();
        }

        _context.Observer.NameUnregistered(last);
        return true;
    }

    /// <summary>Names that point at this node's own addresses follow them.</summary>
    private void PublishOwnAddresses()
    {
        if (Published.Count == 0)
        {
            return;
        }

        foreach (CloudRegistration registration in _registrations.ToArray())
        {
            if (registration.Request is { Endpoints.Count: 0, Port: > 0 })
            {
                Republish(registration);
            }
        }
    }

    private LocalName Publish(PeerPrivateKey key, PeerRegistrationRequest request, ulong prefix, ulong suffix)
    {
        var payload = new LocalNamePayload
        {
            Endpoints = EndpointsFor(request),
            Comment = request.Comment,
            Data = request.Data,
            Text = request.Text,
        };
        return new(key, request.Name, prefix, suffix, payload, request.DelegationChain?.ToArray());
    }

    private IReadOnlyList<PeerAppEndpoint> EndpointsFor(PeerRegistrationRequest request) =>
        request.Endpoints.Count > 0 || request.Port == 0
            ? request.Endpoints
            : [.. Published.Select(a => new PeerAppEndpoint(a, request.Port, request.Protocol))];

    private ulong PrefixFor(PeerRegistrationRequest request) =>
        ServiceLocation.PrefixOf(
            request.LocationHint ?? Published.FirstOrDefault(IPAddress.IPv6Loopback));

    private void SetExpiry(CloudRegistration registration)
    {
        registration.Expiry?.Dispose();
        registration.Expiry = null;
        registration.Expires = null;
        if (registration.Request.Lifetime is { } lifetime)
        {
            registration.Expires = _context.Time.GetUtcNow() + lifetime;
            IDisposable? expiry = null;
            expiry = _mailbox.After(_context.Time, lifetime, () => Expire(registration, expiry));
            registration.Expiry = expiry;
        }
    }

    // A lifetime is a span: it does not end earlier or later because somebody sets the clock.
    private void Expire(CloudRegistration registration, IDisposable? expiry)
    {
        if (registration.Expiry == expiry && Unregister(registration.Published.Id))
        {
            PnrpLog.Expired(_context.Logger, registration.Request.Name.Value, Name);
        }
    }

    /// <summary>Lets the caller of a registration go on once the neighbours know, or there are none to tell.</summary>
    private void CompleteIfAnnounced(CloudRegistration registration)
    {
        PeerRegistrationState? state = _machine.GetRegistrationState(registration.Published.Id);
        bool isAlone = _machine.State is not (PeerCloudState.Active or PeerCloudState.Synchronizing);
        if (state == PeerRegistrationState.Registered || isAlone)
        {
            registration.Announced.TrySetResult();
        }
    }

    private PeerNameRegistration Describe(CloudRegistration registration) => new()
    {
        Name = registration.Request.Name,
        Cloud = Name,
        Identity = registration.Identity.Value,
        State = _machine.GetRegistrationState(registration.Published.Id) ?? PeerRegistrationState.Unregistered,
        PnrpId = registration.Published.Id,
        LeafSetCount = _machine.GetLeafSetCount(registration.Published.Id),
        Endpoints = [.. registration.Published.Payload.Endpoints],
        Comment = registration.Request.Comment,
        Data = registration.Request.Data?.ToArray(),
        Text = registration.Request.Text,
        IsDelegated = registration.Request.DelegationChain is not null,
        Expires = registration.Expires,
    };

    private void DisposeRegistrations()
    {
        foreach (CloudRegistration registration in _registrations)
        {
            registration.Expiry?.Dispose();
            registration.Announced.TrySetResult();
        }

        _registrations.Clear();
        _keys.Dispose();
    }
}
