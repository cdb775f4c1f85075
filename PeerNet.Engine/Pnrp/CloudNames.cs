using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp;

/// <summary>The names that this node has registered in one cloud.</summary>
/// <param name="runner">Runs the cloud.</param>
/// <param name="context">What all clouds have in common.</param>
internal sealed class CloudNames(PnrpRunner runner, CloudContext context) : IDisposable
{
    private static readonly TimeSpan AnnouncementTimeout = TimeSpan.FromSeconds(10);

    private readonly CloudRegistrations _registrations = new();
    private readonly CloudKeys _keys = new();

    /// <summary>The identities that sign for names here.</summary>
    public IReadOnlyList<PeerName> Identities => _keys.Identities;

    /// <summary>What is registered; on the loop.</summary>
    public IReadOnlyCollection<CloudRegistration> All => _registrations;

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
            await runner.Loop.AskAsync(now => Register(now, request, identity, openKey)).ConfigureAwait(false);
        try
        {
            await registration.Announced.Task
                .WaitAsync(AnnouncementTimeout, context.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Announcing goes on; the state says so.
        }
        catch (OperationCanceledException) when (isNew)
        {
            await runner.Loop.AskAsync(now => Unregister(now, registration.Published.Id)).ConfigureAwait(false);
            throw;
        }

        return (await runner.Loop.AskAsync(_ => Describe(registration)).ConfigureAwait(false), isNew);
    }

    /// <summary>Withdraws a registration; the neighbours have been told when this returns.</summary>
    /// <returns>False where there is no such registration.</returns>
    public Task<bool> UnregisterAsync(PeerNameRegistration registration) => runner.Loop.AskAsync(now =>

        // A registration that follows the node's addresses may have another id by now.
        Unregister(now, registration.PnrpId)
        || (PeerName.TryParse(registration.Identity, out PeerName? identity)
            && _registrations.TryGet(registration.Name, identity, out CloudRegistration? moved)
            && Unregister(now, moved.Published.Id)));

    /// <summary>The registrations of this node.</summary>
    public Task<PeerNameRegistration[]> GetRegistrationsAsync() =>
        runner.Loop.AskAsync<PeerNameRegistration[]>(_ => [.. _registrations.Select(Describe)]);

    /// <summary>Names that point at this node's own addresses follow them; on the loop.</summary>
    public void PublishOwnAddresses(Moment now)
    {
        if (runner.Network.Published.Count == 0)
        {
            return;
        }

        foreach (CloudRegistration registration in _registrations.ToArray())
        {
            if (registration.Request is { Endpoints.Count: 0, Port: > 0 })
            {
                Republish(now, registration);
            }
        }
    }

    /// <summary>A registration has come further, or fallen back; on the loop.</summary>
    public void OnChanged(PnrpNews.RegistrationChanged changed)
    {
        // Of what the registering itself has changed, its caller is told.
        if (!changed.IsNew && _registrations.TryGet(changed.Id, out CloudRegistration? registration))
        {
            if (changed.State != PeerRegistrationState.Announcing)
            {
                registration.Announced.TrySetResult();
            }

            context.Observer.NameChanged(Describe(registration));
        }
    }

    /// <summary>Another node acts as an identity of this one; on the loop.</summary>
    public void OnElsewhere(PnrpNews.NameElsewhere elsewhere)
    {
        if (_registrations.TryGet(elsewhere.LocalId, out CloudRegistration? registration))
        {
            context.Observer.IdentityElsewhere(new()
            {
                Identity = registration.Identity.Value,
                Source = registration.Request.Name.Value,
                Endpoints = [.. elsewhere.Other.ServiceAddresses.Select(runner.Network.Description.EndpointOf)],
            });
        }
    }

    /// <summary>A lifetime is over; on the loop.</summary>
    public void OnLifetimeOver(PnrpId id) => runner.Loop.Post(now =>
    {
        if (_registrations.TryGet(id, out CloudRegistration? registration)
            && registration.Ends <= now.Elapsed
            && Unregister(now, id))
        {
            PnrpLog.Expired(context.Logger, registration.Request.Name.Value, runner.Name);
        }
    });

    /// <summary>The cloud's state has changed: who waits for neighbours may wait in vain; on the loop.</summary>
    public void OnStateChanged()
    {
        foreach (CloudRegistration registration in _registrations)
        {
            CompleteIfAnnounced(registration);
        }
    }

    /// <summary>Lets go of keys and of who waits, after the loop has ended.</summary>
    public void Dispose()
    {
        foreach (CloudRegistration registration in _registrations)
        {
            registration.Announced.TrySetResult();
        }

        _registrations.Clear();
        _keys.Dispose();
    }

    private (CloudRegistration Registration, bool IsNew) Register(
        Moment now, PeerRegistrationRequest request, PeerName identity, Func<PeerPrivateKey> openKey)
    {
        if (runner.Machine.Mode == PeerCloudMode.ResolveOnly)
        {
            throw PeerErrors.PnrpCloudIsSearchOnly.Exception(
                $"The cloud '{runner.Name}' only resolves; change that with Set-PeerCloud -Mode Full.", request.Name);
        }

        if (runner.Network.Published.Count == 0)
        {
            throw PeerErrors.PnrpCloudIsDead.Exception(
                $"The cloud '{runner.Name}' has no address at the moment: its interface is down.", request.Name);
        }

        return _registrations.TryGet(request.Name, identity, out CloudRegistration? existing)
            ? (Update(now, existing, request), false)
            : (Add(now, request, identity, openKey), true);
    }

    private CloudRegistration Add(
        Moment now, PeerRegistrationRequest request, PeerName identity, Func<PeerPrivateKey> openKey)
    {
        PeerPrivateKey key = _keys.Rent(identity, openKey);
        CloudRegistration registration;
        try
        {
            registration = new()
            {
                Request = request,
                Identity = identity,
                Published = Publish(key, request, PrefixFor(request), context.Random.NextUInt64()),
            };
            runner.Machine.Register(now, registration.Published);
        }
        catch
        {
            _keys.Return(identity);
            throw;
        }

        _registrations.Add(registration);
        SetLifetime(now, registration);
        CompleteIfAnnounced(registration);
        runner.Discovery.Publish();
        context.Observer.NameRegistered(Describe(registration));
        return registration;
    }

    private CloudRegistration Update(Moment now, CloudRegistration registration, PeerRegistrationRequest request)
    {
        registration.Request = request;
        Republish(now, registration);
        SetLifetime(now, registration);
        context.Observer.NameChanged(Describe(registration));
        return registration;
    }

    /// <summary>Publishes a registration with its present content; it keeps its id while its location stays.</summary>
    private void Republish(Moment now, CloudRegistration registration)
    {
        PnrpId before = registration.Published.Id;
        ulong prefix = PrefixFor(registration.Request);
        ulong suffix = prefix == before.ServiceLocation.Upper
            ? before.ServiceLocation.Lower
            : context.Random.NextUInt64();
        LocalName replacement = Publish(_keys[registration.Identity], registration.Request, prefix, suffix);
        _registrations.Replace(registration, replacement);
        runner.Machine.Update(now, before, replacement);
        CompleteIfAnnounced(registration);
    }

    private bool Unregister(Moment now, PnrpId id)
    {
        if (!_registrations.Remove(id, out CloudRegistration? registration))
        {
            return false;
        }

        PeerNameRegistration last = Describe(registration) with { State = PeerRegistrationState.Unregistered };
        runner.Machine.Unregister(now, id);
        registration.Announced.TrySetResult();
        _keys.Return(registration.Identity);
        if (_registrations.Count == 0)
        {
            runner.Discovery.Withdraw();
        }

        context.Observer.NameUnregistered(last);
        return true;
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
            : [.. runner.Network.Published.Select(a => new PeerAppEndpoint(a, request.Port, request.Protocol))];

    private ulong PrefixFor(PeerRegistrationRequest request) =>
        ServiceLocation.PrefixOf(
            request.LocationHint ?? runner.Network.Published.FirstOrDefault(IPAddress.IPv6Loopback));

    private void SetLifetime(Moment now, CloudRegistration registration)
    {
        TimeSpan? lifetime = registration.Request.Lifetime;
        registration.Ends = now.Elapsed + lifetime;
        registration.Expires = now.Utc + lifetime;
        runner.Machine.SetLifetime(now, registration.Published.Id, lifetime);
    }

    /// <summary>Lets the caller of a registration go on once the neighbours know, or there are none to tell.</summary>
    private void CompleteIfAnnounced(CloudRegistration registration)
    {
        PeerRegistrationState? state = runner.Machine.GetRegistrationState(registration.Published.Id);
        bool isAlone = runner.Machine.State is not (PeerCloudState.Active or PeerCloudState.Synchronizing);
        if (state == PeerRegistrationState.Registered || isAlone)
        {
            registration.Announced.TrySetResult();
        }
    }

    private PeerNameRegistration Describe(CloudRegistration registration) => new()
    {
        Name = registration.Request.Name,
        Cloud = runner.Name,
        Identity = registration.Identity.Value,
        State = runner.Machine.GetRegistrationState(registration.Published.Id) ?? PeerRegistrationState.Unregistered,
        PnrpId = registration.Published.Id,
        LeafSetCount = runner.Machine.GetLeafSetCount(registration.Published.Id),
        Endpoints = [.. registration.Published.Payload.Endpoints],
        Comment = registration.Request.Comment,
        Data = registration.Request.Data?.ToArray(),
        Text = registration.Request.Text,
        IsDelegated = registration.Request.DelegationChain is not null,
        Expires = registration.Expires,
    };
}
