using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Transport;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Collaboration;

/// <summary>Runs the machine of one node: its listener, its connections, the groups of its links, and its name.</summary>
internal sealed class CollaborationRunner : IAsyncDisposable
{
    /// <summary>What both sides of a connection speak (ALPN).</summary>
    public static readonly SslApplicationProtocol Protocol = new("peernet-collab/1");

    /// <summary>What follows the authority in the name that an endpoint registers.</summary>
    public const string Classifier = "PeerNet.Collaboration";

    private static readonly TimeSpan ConnectingTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FindingTime = TimeSpan.FromSeconds(10);

    private const int WaitingInputs = 1024;
    private const int WaitingBytes = 4 * 1024 * 1024;

    private readonly CollaborationServices _services;
    private readonly CollaborationMachine _machine;
    private readonly MachineLoop<CollaborationEffect> _loop;
    private readonly ConcurrentDictionary<int, LinkStream> _links = [];
    private readonly ConcurrentDictionary<Task, bool> _tasks = [];
    private readonly ConnectionPlaces _places;
    private readonly NearNetwork _near;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Action<object> _tell;
    private IStreamListener? _listener;
    private IdentityTls? _tls;
    private PeerPrivateKey? _key;
    private int _lastLink;
    private volatile bool _isOnInternet;
    private volatile bool _isSignedIn;

    /// <param name="services">What it runs on.</param>
    /// <param name="tell">Told of what has happened: a public record, or an effect that the service deals with. On the loop:
    /// must not block.</param>
    public CollaborationRunner(CollaborationServices services, Action<object> tell)
    {
        _services = services;
        _tell = tell;
        _places = new(services.Options.MaximumConnections);
        _machine = new(services.Random);
        _near = new(services.Multicast, services.Interfaces, services.Options, Hear, services.Random, services.Time);
        _loop = new(_machine, Perform, Report, services.Time, WaitingInputs, WaitingBytes);
        _services.Interfaces.Changed += OnNetworkChanged;
    }

    /// <summary>The port of the listener; 0 while there is none.</summary>
    public int Port => _listener?.Port ?? 0;

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
    public void Open(PeerPrivateKey key, PeerCertificate certificate)
    {
        try
        {
            _listener = _services.Transport.Listen(_services.Options.Addresses.ToBind(_services.Interfaces.Read()), port: 0);
        }
        catch (Exception exception) when (exception is SocketException or PeerException)
        {
            key.Dispose();
            if (exception is not SocketException failure)
            {
                throw;
            }

            throw PeerErrors.UnableToListen.Exception(
                $"Collaboration cannot listen on {_services.Options.Addresses}: {failure.Message}", null, failure);
        }

        _key = key;
        _tls = new(key, certificate, Protocol);
    }

    /// <summary>Takes in and is heard as the scopes say.</summary>
    public void SetScope(PeerCollaborationScope scope)
    {
        bool wasSignedIn = _isSignedIn;
        _isOnInternet = scope.HasFlag(PeerCollaborationScope.Internet);
        _isSignedIn = scope != PeerCollaborationScope.None;
        _near.Set(scope.HasFlag(PeerCollaborationScope.NearMe));
        if (!wasSignedIn && _isSignedIn)
        {
            _listener!.Start(Accept);
        }
    }

    /// <summary>Closes the listener; the links have been closed by the machine.</summary>
    public async Task CloseAsync()
    {
        if (_listener is { } listener)
        {
            _listener = null;
            await listener.DisposeAsync().ConfigureAwait(false);
        }

        await Task.WhenAll(_links.Values.Select(link => link.DisposeAsync().AsTask())).ConfigureAwait(false);
        _key?.Dispose();
        _key = null;
    }

    public async ValueTask DisposeAsync()
    {
        _services.Interfaces.Changed -= OnNetworkChanged;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        await Task.WhenAll(_tasks.Keys).ConfigureAwait(false);
        await _near.DisposeAsync().ConfigureAwait(false);
        await _loop.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private void Perform(CollaborationEffect effect)
    {
        switch (effect)
        {
            case CollaborationEffect.Send send:
                Send(send);
                break;
            case CollaborationEffect.Close close when _links.TryRemove(close.Link, out LinkStream? link):
                Run(() => link.DisposeAsync().AsTask());
                break;
            case CollaborationEffect.Dial dial:
                Run(() => DialAsync(dial));
                break;
            case CollaborationEffect.Find find:
                Run(() => FindAsync(find.Authority));
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

    private void Send(CollaborationEffect.Send send)
    {
        if (_links.TryGetValue(send.Link, out LinkStream? link))
        {
            // Most writes are done at once; the machine is told after the effects that follow.
            Task<bool> writing = link.WriteAsync(send.Bytes);
            if (writing.IsCompletedSuccessfully)
            {
                Sent(send.Link, writing.Result);
            }
            else
            {
                Run(async () => Sent(send.Link, await writing.ConfigureAwait(false)));
            }
        }
    }

    private void Sent(int link, bool isTaken)
    {
        if (isTaken)
        {
            _loop.Post(now => _machine.Drained(now, link));
        }
        else
        {
            End(link);
        }
    }

    private void End(int link)
    {
        if (_links.TryRemove(link, out LinkStream? ended))
        {
            Run(() => ended.DisposeAsync().AsTask());
        }

        _loop.Post(now => _machine.Lost(now, link));
    }

    private void Accept(StreamConnection connection)
    {
        // Before anything is read, and before this node has shown who it is.
        if (!_isSignedIn || (!_isOnInternet && !IsOnLink(connection.Remote.Address))
            || _places.TryEnter(connection.Remote.Address) is not { } place)
        {
            connection.Dispose();
            return;
        }

        Run(() => SecureAsync(connection with { Place = place }, call: null, expected: null, _stopping.Token));
    }

    private async Task DialAsync(CollaborationEffect.Dial dial)
    {
        bool isSomebodyElse = false;
        foreach (IPEndPoint address in dial.Addresses)
        {
            try
            {
                using var patience = new CancellationTokenSource(ConnectingTime, _services.Time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token);
                StreamConnection connection = await _services.Transport.ConnectAsync(address, both.Token).ConfigureAwait(false);
                switch (await SecureAsync(connection, dial.Call, dial.Authority, _stopping.Token).ConfigureAwait(false))
                {
                    case Secured.Up:
                        return;
                    case Secured.SomebodyElse:
                        isSomebodyElse = true;
                        break;
                }
            }
            catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
            {
                // Nobody there; the next address, or the failure of all, is what the machine wants to know.
                CollaborationLog.NotReached(_services.Logger, dial.Authority, address, exception.Message);
            }
        }

        _loop.Post(now => _machine.CallFailed(now, dial.Call, isSomebodyElse));
    }

    private async Task<Secured> SecureAsync(
        StreamConnection connection, int? call, string? expected, CancellationToken cancellationToken)
    {
        SslStream stream;
        PeerCertificate remote;
        try
        {
            using var patience = new CancellationTokenSource(HandshakeTime, _services.Time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            (stream, remote) = await _tls!.AuthenticateAsync(connection.Stream, call is not null, both.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is PeerException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            CollaborationLog.NotSecured(_services.Logger, connection.Remote, exception.Message);
            connection.Dispose();
            return Secured.Failed;
        }

        PeerName name = PeerName.Parse(remote.SubjectPeerName);
        if (expected is not null && name.Authority != expected)
        {
            CollaborationLog.SomebodyElse(_services.Logger, connection.Remote, expected, name.Authority);
            await stream.DisposeAsync().ConfigureAwait(false);
            connection.Dispose();
            return Secured.SomebodyElse;
        }

        Enter(connection, stream, call, name, remote);
        return Secured.Up;
    }

    private void Enter(StreamConnection connection, SslStream stream, int? call, PeerName name, PeerCertificate remote)
    {
        var link = new LinkStream(Interlocked.Increment(ref _lastLink), connection, stream, _services.Time);
        var start = new NewLink
        {
            Id = link.Id,
            Call = call,
            Name = name,
            Key = remote.PublicKey.SubjectPublicKeyInfo.ToArray(),
            Certificate = remote.RawData,
            Remote = connection.Remote,
            Source = AddressBlock.Of(connection.Remote.Address),
            IsOnLink = IsOnLink(connection.Remote.Address),
        };
        _links[link.Id] = link;
        _loop.Post(now => _machine.Connected(now, start));
        Run(async () =>
        {
            await link.ReadAsync(message => _loop.PostAsync(now => _machine.Received(now, link.Id, message.Span))).ConfigureAwait(false);
            End(link.Id);
        });
    }

    private async Task FindAsync(string authority)
    {
        List<IPEndPoint> found = [];
        try
        {
            var place = new PeerRendezvous($"{authority}.{Classifier}");
            await foreach (IPEndPoint endpoint in _services.Locator.FindAsync(place, FindingTime, _stopping.Token).ConfigureAwait(false))
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

    private bool IsOnLink(IPAddress address) =>
        MulticastPlan.From(_services.Interfaces.Read(), _services.Options.Addresses, _services.Options.DiscoveryPort)
            .Any(place => place.IsOnLink(address));

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

    private void Run(Func<Task> work)
    {
        Task task = Task.Run(async () =>
        {
            try
            {
                await work().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Nobody waits for it, and nothing of it should fail; it is reported.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Report(exception);
            }
        });
        _tasks[task] = true;
        _ = task.ContinueWith(done => _tasks.TryRemove(done, out _), TaskScheduler.Default);
    }

    private enum Secured
    {
        Up,
        Failed,
        SomebodyElse,
    }
}
