using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Collaboration;

/// <summary>The listener and the connections of one node, each of which is a link of its machine once TLS has secured
/// it.</summary>
/// <param name="services">What it runs on.</param>
/// <param name="machine">Told of links that come up, of what arrives on them, and of their end.</param>
/// <param name="loop">Runs the machine, and beside it what takes its time.</param>
internal sealed class LinkConnections(
    CollaborationServices services, CollaborationMachine machine, MachineLoop<CollaborationEffect> loop)
{
    /// <summary>What both sides of a connection speak (ALPN).</summary>
    public static readonly SslApplicationProtocol Protocol = new("peernet-collab/1");

    private static readonly TimeSpan ConnectingTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<int, LinkStream> _links = [];
    private readonly ConnectionPlaces _places = new(services.Options.MaximumConnections);
    private IStreamListener? _listener;
    private IdentityTls? _tls;
    private PeerPrivateKey? _key;
    private int _lastLink;
    private volatile bool _isOnInternet;
    private volatile bool _isSignedIn;

    /// <summary>The port of the listener; 0 while there is none.</summary>
    public int Port => _listener?.Port ?? 0;

    /// <summary>Opens the listener.</summary>
    /// <param name="key">The key of the identity; its runner's from here on.</param>
    /// <param name="certificate">Its certificate.</param>
    /// <exception cref="PeerException">There is nothing to listen on.</exception>
    public void Open(PeerPrivateKey key, PeerCertificate certificate)
    {
        try
        {
            _listener = services.Transport.Listen(services.Options.Addresses.ToBind(services.Interfaces.Read()), port: 0);
        }
        catch (Exception exception) when (exception is SocketException or PeerException)
        {
            key.Dispose();
            if (exception is not SocketException failure)
            {
                throw;
            }

            throw PeerErrors.UnableToListen.Exception(
                $"Collaboration cannot listen on {services.Options.Addresses}: {failure.Message}", null, failure);
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
        if (!wasSignedIn && _isSignedIn)
        {
            _listener!.Start(Accept);
        }
    }

    /// <summary>Calls a person at one address after the other; the machine hears how it went.</summary>
    public void Dial(CollaborationEffect.Dial dial) => loop.Beside.Run(() => DialAsync(dial));

    /// <summary>Sends on a link.</summary>
    public void Send(CollaborationEffect.Send send)
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
                loop.Beside.Run(async () => Sent(send.Link, await writing.ConfigureAwait(false)));
            }
        }
    }

    /// <summary>Closes a link that the machine has given up.</summary>
    public void Close(int id)
    {
        if (_links.TryRemove(id, out LinkStream? link))
        {
            loop.Beside.Run(() => link.DisposeAsync().AsTask());
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

    private void Sent(int link, bool isTaken)
    {
        if (isTaken)
        {
            loop.Post(now => machine.Drained(now, link));
        }
        else
        {
            End(link);
        }
    }

    private void End(int link)
    {
        Close(link);
        loop.Post(now => machine.Lost(now, link));
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

        loop.Beside.Run(() => SecureAsync(connection with { Place = place }, call: null, expected: null, loop.Beside.Stopping));
    }

    private async Task DialAsync(CollaborationEffect.Dial dial)
    {
        bool isSomebodyElse = false;
        foreach (IPEndPoint address in dial.Addresses)
        {
            try
            {
                using var patience = new CancellationTokenSource(ConnectingTime, services.Time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, loop.Beside.Stopping);
                StreamConnection connection = await services.Transport.ConnectAsync(address, both.Token).ConfigureAwait(false);
                switch (await SecureAsync(connection, dial.Call, dial.Authority, loop.Beside.Stopping).ConfigureAwait(false))
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
                CollaborationLog.NotReached(services.Logger, dial.Authority, address, exception.Message);
            }
        }

        loop.Post(now => machine.CallFailed(now, dial.Call, isSomebodyElse));
    }

    private async Task<Secured> SecureAsync(
        StreamConnection connection, int? call, string? expected, CancellationToken cancellationToken)
    {
        SslStream stream;
        PeerCertificate remote;
        try
        {
            using var patience = new CancellationTokenSource(HandshakeTime, services.Time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            (stream, remote) = await _tls!.AuthenticateAsync(connection.Stream, call is not null, both.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is PeerException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            CollaborationLog.NotSecured(services.Logger, connection.Remote, exception.Message);
            connection.Dispose();
            return Secured.Failed;
        }

        PeerName name = PeerName.Parse(remote.SubjectPeerName);
        if (expected is not null && name.Authority != expected)
        {
            CollaborationLog.SomebodyElse(services.Logger, connection.Remote, expected, name.Authority);
            await stream.DisposeAsync().ConfigureAwait(false);
            connection.Dispose();
            return Secured.SomebodyElse;
        }

        Enter(connection, stream, call, name, remote);
        return Secured.Up;
    }

    private void Enter(StreamConnection connection, SslStream stream, int? call, PeerName name, PeerCertificate remote)
    {
        var link = new LinkStream(Interlocked.Increment(ref _lastLink), connection, stream, services.Time);
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
        loop.Post(now => machine.Connected(now, start));
        loop.Beside.Run(async () =>
        {
            await link.ReadAsync(message => loop.PostAsync(now => machine.Received(now, link.Id, message.Span))).ConfigureAwait(false);
            End(link.Id);
        });
    }

    private bool IsOnLink(IPAddress address) =>
        MulticastPlan.From(services.Interfaces.Read(), services.Options.Addresses, services.Options.DiscoveryPort)
            .Any(place => place.IsOnLink(address));

    private enum Secured
    {
        Up,
        Failed,
        SomebodyElse,
    }
}
