using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Pnrp;

internal sealed partial class PnrpCloud
{
    private readonly Dictionary<PnrpEndpoint, List<TaskCompletionSource<TimeSpan?>>> _pings = [];
    private TaskCompletionSource<SplitVerdict>? _splitTest;

    private void Perform(in PnrpEffect effect)
    {
        switch (effect.News)
        {
            case null:
                _transport.Send(new(effect.Destination.Address, effect.Destination.Port), effect.Datagram.Span);
                break;
            case PnrpNews.ResolveFound found:
                OnResolveFound(found);
                break;
            case PnrpNews.ResolveEnded ended:
                OnResolveEnded(ended);
                break;
            case PnrpNews.StateChanged changed:
                OnStateChanged(changed.State);
                break;
            case PnrpNews.RegistrationChanged changed when !changed.IsNew:
                OnRegistrationChanged(changed);
                break;
            case PnrpNews.NameElsewhere elsewhere:
                OnNameElsewhere(elsewhere);
                break;
            case PnrpNews.SplitTested tested:
                OnSplitTested(tested.Verdict);
                break;
            case PnrpNews.SynchronizeEnded ended:
                OnSynchronizeEnded(ended);
                break;
            case PnrpNews.Discover discover when _isOpen:
                _discovery.Run(discover.Step);
                break;
        }
    }

    private void OnStateChanged(PeerCloudState state)
    {
        PnrpLog.StateChanged(_context.Logger, Name, state);
        Volatile.Write(ref _hasCompany, state == PeerCloudState.Active);
        if (state != PeerCloudState.Alone)
        {
            _company?.TrySetResult();
            _company = null;
        }

        foreach (CloudRegistration registration in _registrations)
        {
            CompleteIfAnnounced(registration);
        }

        _context.Observer.CloudChanged(Describe(includeCache: false));
    }

    private void OnRegistrationChanged(PnrpNews.RegistrationChanged changed)
    {
        if (_registrations.TryGet(changed.Id, out CloudRegistration? registration))
        {
            if (changed.State != PeerRegistrationState.Announcing)
            {
                registration.Announced.TrySetResult();
            }

            _context.Observer.NameChanged(Describe(registration));
        }
    }

    private void OnNameElsewhere(PnrpNews.NameElsewhere elsewhere)
    {
        if (_registrations.TryGet(elsewhere.LocalId, out CloudRegistration? registration))
        {
            _context.Observer.IdentityElsewhere(new()
            {
                Identity = registration.Identity.Value,
                Source = registration.Request.Name.Value,
                Endpoints = [.. elsewhere.Other.ServiceAddresses.Select(ToIPEndPoint)],
            });
        }
    }

    private void OnSplitTested(SplitVerdict verdict)
    {
        _splitTest?.TrySetResult(verdict);
        if (verdict is SplitVerdict.InBiggerPart or SplitVerdict.InSmallerPart)
        {
            _context.Observer.SplitSuspected(Describe(includeCache: false));
        }
    }

    private void OnSynchronizeEnded(PnrpNews.SynchronizeEnded ended)
    {
        if (_pings.Remove(ended.Endpoint, out List<TaskCompletionSource<TimeSpan?>>? waiting))
        {
            waiting.ForEach(ping => ping.TrySetResult(ended.IsAnswered ? ended.RoundTrip : null));
        }
    }

    private void OnDiscovered(DiscoveryEffect effect)
    {
        if (!_isOpen)
        {
            return;
        }

        switch (effect)
        {
            case DiscoveryEffect.Found found when !found.IsHeard || _machine.WantsPeers:
                Meet(found.Endpoint);
                break;
            case DiscoveryEffect.SeedsKnown known:
                _machine.SetSeeds([.. known.Seeds]);
                break;
            case DiscoveryEffect.Completed completed:
                _machine.DiscoveryCompleted(Now, completed.Step);
                break;
        }
    }

    private void Meet(PnrpEndpoint endpoint)
    {
        if (!_transport.LocalAddresses.Select(EndpointAt).Contains(endpoint))
        {
            PnrpLog.Heard(_context.Logger, Name, endpoint);
            _machine.Synchronize(Now, endpoint);
        }
    }
}
