using System.Net;
using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Transport;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Collaboration;

/// <summary>Runs the machine of one node, whose connections, place on its links and name it keeps.</summary>
internal sealed class CollaborationRunner : IAsyncDisposable
{
    /// <summary>What follows the authority in the name that an endpoint registers.</summary>
    public const string Classifier = "PeerNet.Collaboration";

    private static readonly TimeSpan FindingTime = TimeSpan.FromSeconds(10);

    private const int WaitingInputs = 1024;
    private const int WaitingBytes = 4 * 1024 * 1024;

    private readonly CollaborationServices _services;
    private readonly CollaborationMachine _machine;
    private readonly MachineLoop<CollaborationEffect> _loop;
    private readonly LinkConnections _connections;
    private readonly NearNetwork _near;
    private readonly Action<object> _tell;

    /// <param name="services">What it runs on.</param>
    /// <param name="tell">Told of what has happened: a public record, or an effect that the service deals with. On the loop:
    /// must not block.</param>
    public CollaborationRunner(CollaborationServices services, Action<object> tell)
    {
        _services = services;
        _tell = tell;
        _machine = new(services.Random);
        _near = new(services.Multicast, services.Interfaces, services.Options, Hear, services.Random, services.Time);
        _loop = new(_machine, Perform, Report, services.Time, WaitingInputs, WaitingBytes);
        _connections = new(services, _machine, _loop);
        _services.Interfaces.Changed += OnNetworkChanged;
    }

    /// <summary>The port of the listener; 0 while there is none.</summary>
    public int Port => _connections.Port;

    /// <summary>Whether people on the link can be heard.</summary>
    public bool IsHeardOnLink => _near.IsHeard;

    /// <summary>Asks the machine.</summary>
    public Task<T> AskAsync<T>(Func<CollaborationMachine, Moment, T> question) => _loop.AskAsync(now => question(_machine, now));

    /// <summary>Tells the machine.</summary>
    public Task TellAsync(Action<CollaborationMachine, Moment> input) => _loop.AskAsync(now =>
    {
        input(_machine, now);
        return true;
    });

    /// <summary>Opens the listener.</summary>
    /// <param name="key">The key of the identity; its runner's from here on.</param>
    /// <param name="certificate">Its certificate.</param>
    /// <exception cref="PeerException">There is nothing to listen on.</exception>
    public void Open(PeerPrivateKey key, PeerCertificate certificate) => _connections.Open(key, certificate);

    /// <summary>Takes in and is heard as the scopes say.</summary>
    public void SetScope(PeerCollaborationScope scope)
    {
        _near.Set(scope.HasFlag(PeerCollaborationScope.NearMe));
        _connections.SetScope(scope);
    }

    /// <summary>Closes the listener; the links have been closed by the machine.</summary>
    public Task CloseAsync() => _connections.CloseAsync();

    public async ValueTask DisposeAsync()
    {
        _services.Interfaces.Changed -= OnNetworkChanged;
        await _loop.Beside.StopAsync().ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        await _near.DisposeAsync().ConfigureAwait(false);
        await _loop.DisposeAsync().ConfigureAwait(false);
    }

    private void Perform(CollaborationEffect effect)
    {
        switch (effect)
        {
            case CollaborationEffect.Send send:
                _connections.Send(send);
                break;
            case CollaborationEffect.Close close:
                _connections.Close(close.Link);
                break;
            case CollaborationEffect.Dial dial:
                _connections.Dial(dial);
                break;
            case CollaborationEffect.Find find:
                _loop.Beside.Run(() => FindAsync(find.Authority));
                break;
            case CollaborationEffect.Announce announce:
                _near.Announce(announce);
                break;
            case CollaborationEffect.Ask:
                _near.Ask();
                break;
            case CollaborationEffect.Withdraw withdraw:
                _near.Withdraw(withdraw.Own);
                break;
            case CollaborationEffect.Tell tell:
                _tell(tell.News);
                break;
            default:
                _tell(effect);
                break;
        }
    }

    private async Task FindAsync(string authority)
    {
        List<IPEndPoint> found = [];
        try
        {
            var place = new PeerRendezvous($"{authority}.{Classifier}");
            await foreach (IPEndPoint endpoint in _services.Locator.FindAsync(place, FindingTime, _loop.Beside.Stopping)
                .ConfigureAwait(false))
            {
                found.Add(endpoint);
            }
        }
        catch (Exception exception) when (exception is PeerException or OperationCanceledException)
        {
            // Not found for now: the machine asks again later.
            CollaborationLog.NotFound(_services.Logger, authority, exception.Message);
        }

        _loop.Post(now => _machine.Found(now, authority, found));
    }

    private void Hear(MulticastPlace place, IPEndPoint source, byte[] message) =>
        _loop.TryPost(now => Hear(now, place, source, message), message.Length);

    private void Hear(Moment now, MulticastPlace place, IPEndPoint source, byte[] message)
    {
        AddressBlock block = AddressBlock.OfNeighbor(source.Address);
        if (!_machine.People.Admits(now, block) || !WsdEnvelope.TryRead(message, out WsdEnvelope? envelope) || !NearNames.AreIn(envelope))
        {
            return;
        }

        if (NearHello.TryRead(envelope, out NearHello? hello))
        {
            if (place.Choose(hello.Addresses, source.Address) is { } address)
            {
                _machine.Announced(now, new(
                    hello.Person, hello.EndpointId, hello.DisplayName, hello.EndpointName, [address], hello.Lifetime, block));
            }
        }
        else if (NearProbe.TryRead(envelope, out _))
        {
            _machine.People.Asked(now);
        }
        else if (NearBye.TryRead(envelope, out NearBye? bye))
        {
            _machine.People.Withdrawn(now, new(bye.Person.Authority, bye.EndpointId), block);
        }
    }

    private void OnNetworkChanged() => _loop.Post(now =>
    {
        if (_machine.Own is not null)
        {
            _near.Set(_machine.Scope.HasFlag(PeerCollaborationScope.NearMe));
            _machine.NetworkChanged(now);
        }
    });

    private void Report(Exception exception)
    {
        CollaborationLog.Failed(_services.Logger, exception);
        _services.Observer.Failed("Collaboration", exception.Message);
    }
}
