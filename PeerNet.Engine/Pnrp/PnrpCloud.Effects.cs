using PeerNet.Engine.Pnrp.Discovery;
using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Pnrp;

internal sealed partial class PnrpCloud : IPnrpEffects, IDiscoveryTarget
{
    private readonly Dictionary<PnrpEndpoint, List<TaskCompletionSource<TimeSpan?>>> _pings = [];
    private TaskCompletionSource<SplitVerdict>? _splitTest;

    void IPnrpEffects.Send(PnrpEndpoint destination, ReadOnlySpan<byte> datagram) =>
        _transport.Send(new(destination.Address, destination.Port), datagram);

    void IPnrpEffects.StateChanged(PeerCloudState state)
    {
        PnrpLog.StateChanged(_context.Logger, Name, state);
        Volatile.Write(ref _hasCompany, state == PeerCloudState.Active);
        if (state != PeerCloudState.Alone)
        {
            _company?.TrySetResult();
            _company = null;
        }

        _mailbox.Post(() =>
        {
            foreach (CloudRegistration registration in _registrations)
            {
                CompleteIfAnnounced(registration);
            }

            _context.Observer.CloudChanged(Describe(includeCache: false));
        });
    }

    void IPnrpEffects.RegistrationChanged(PnrpId id, PeerRegistrationState state)
    {
        if (_registrations.TryGet(id, out CloudRegistration? registration))
        {
            if (state != PeerRegistrationState.Announcing)
            {
                registration.Announced.TrySetResult();
            }

            _mailbox.Post(() => ReportChange(id));
        }
    }

    void IPnrpEffects.NameElsewhere(PnrpId localId, CertifiedName other)
    {
        if (_registrations.TryGet(localId, out CloudRegistration? registration))
        {
            _context.Observer.IdentityElsewhere(new()
            {
                Identity = registration.Identity.Value,
                Source = registration.Request.Name.Value,
                Endpoints = [.. other.ServiceAddresses.Select(ToIPEndPoint)],
            });
        }
    }

    void IPnrpEffects.SplitTested(PnrpId localId, SplitVerdict verdict)
    {
        _splitTest?.TrySetResult(verdict);
        if (verdict is SplitVerdict.InBiggerPart or SplitVerdict.InSmallerPart)
        {
            _mailbox.Post(() => _context.Observer.SplitSuspected(Describe(includeCache: false)));
        }
    }

    void IPnrpEffects.SynchronizeEnded(PnrpEndpoint endpoint, bool answered, TimeSpan roundTrip)
    {
        if (_pings.Remove(endpoint, out List<TaskCompletionSource<TimeSpan?>>? waiting))
        {
            waiting.ForEach(ping => ping.TrySetResult(answered ? roundTrip : null));
        }
    }

    void IPnrpEffects.Discover(DiscoveryStep step) => _mailbox.Post(() => Discover(step));

    void IDiscoveryTarget.Found(PnrpEndpoint endpoint)
    {
        if (_isOpen && !_transport.LocalAddresses.Select(EndpointAt).Contains(endpoint))
        {
            PnrpLog.Heard(_context.Logger, Name, endpoint);
            _machine.Synchronize(Now, endpoint);
        }
    }

    void IDiscoveryTarget.Completed(DiscoveryStep step)
    {
        if (_isOpen)
        {
            _machine.DiscoveryCompleted(Now, step);
        }
    }

    void IDiscoveryTarget.SeedsResolved(IReadOnlyList<PnrpEndpoint> seeds) => _machine.SetSeeds([.. seeds]);

    bool IDiscoveryTarget.WantsPeers => _isOpen && _machine.WantsPeers;

    private void Discover(DiscoveryStep step)
    {
        if (_isOpen)
        {
            PnrpLog.Discovering(_context.Logger, Name, step);
            _discovery.Run(step);
        }
    }
}
