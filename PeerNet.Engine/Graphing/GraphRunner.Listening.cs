using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Graphing;

/// <content>Where others connect to this node.</content>
internal sealed partial class GraphRunner
{
    // A machine may have hundreds; nobody tries them all.
    private const int MaximumAddresses = 16;

    private PeerGraphScope _scope;
    private IStreamListener? _listener;
    private IPEndPoint[] _addresses = [];
    private AddressChoice _choice = AddressChoice.All;

    /// <summary>The port that others connect to; 0 where they cannot.</summary>
    public int Port => _listener?.Port ?? 0;

    /// <summary>Whether it listens, or has neighbours.</summary>
    public bool IsBusy => _listener is not null || _machine.NeighborCount > 0;

    /// <summary>Lets others connect, unless they can already.</summary>
    /// <param name="scope">How far this node reaches; null for as far as the graph does.</param>
    /// <param name="choice">Local addresses to use.</param>
    /// <param name="port">A port that must be free; 0 for any.</param>
    /// <param name="preferred">A port to use where it is free; 0 for none.</param>
    /// <exception cref="PeerException">The port is taken, or the graph has never been synchronized.</exception>
    public async Task ListenAsync(PeerGraphScope? scope, AddressChoice choice, int port, int preferred)
    {
        bool isFirst = await _loop.AskAsync(now =>
        {
            bool isNew = _listener is null;
            if (isNew)
            {
                RequireReady();
                _scope = scope ?? GraphScopes.Of(_machine.Properties);
                _listener = Bind(_scope, choice, port, preferred);
                _addresses = ReadAddresses(choice);
                _machine.Listen(now, [.. _addresses.Select(GraphEndpoint.From)]);
                _listener.Start(Accept);
            }

            return isNew;
        }).ConfigureAwait(false);
        if (isFirst)
        {
            _choice = choice;
            _context.Interfaces.Changed += OnInterfacesChanged;
            GraphLog.Listening(_context.Logger, GraphId, _listener!.Port);
        }
    }

    private void RequireReady()
    {
        if (!_machine.IsReady)
        {
            throw PeerErrors.GraphNotReady.Exception(
                $"The graph '{GraphId}' was never synchronized here: connect to a node of it before others connect to this one.",
                GraphId);
        }
    }

    private IStreamListener Bind(PeerGraphScope scope, AddressChoice choice, int port, int preferred)
    {
        // A graph of this machine opens no port to others. The rest is bound for addresses that may come and go, and what
        // comes in out of scope is turned away.
        IReadOnlyList<LocalInterface> interfaces = _context.Interfaces.Read();
        IReadOnlyList<IPAddress> addresses = scope == PeerGraphScope.Loopback
            ? LoopbackAddresses(interfaces, choice)
            : choice.ToBind(interfaces);
        try
        {
            return _context.Transport.Listen(addresses, port != 0 ? port : preferred);
        }
        catch (SocketException) when (port == 0 && preferred != 0)
        {
            GraphLog.PortTaken(_context.Logger, GraphId, preferred);
            return Bind(scope, choice, port: 0, preferred: 0);
        }
        catch (SocketException failure)
        {
            throw PeerErrors.UnableToListen.Exception(
                string.Create(CultureInfo.InvariantCulture, $"The graph '{GraphId}' cannot listen on port {port}: {failure.Message}"),
                port,
                failure);
        }
    }

    // No address at all would mean every address.
    private IPAddress[] LoopbackAddresses(IReadOnlyList<LocalInterface> interfaces, AddressChoice choice)
    {
        IPAddress[] addresses =
        [
            .. from adapter in interfaces
               from local in adapter.Addresses
               where AddressScopes.Of(local.Address) == AddressScope.Loopback && choice.Includes(adapter, local)
               select local.Address,
        ];
        return addresses.Length > 0
            ? addresses
            : throw PeerErrors.UnableToListen.Exception(
                $"The graph '{GraphId}' is one of this machine alone, and the node may not use its loopback addresses.", GraphId);
    }

    private IPEndPoint[] ReadAddresses(AddressChoice choice)
    {
        int port = _listener!.Port;
        LocalInterface[] interfaces = [.. _context.Interfaces.Read()];
        _zone = interfaces.FirstOrDefault(link => !link.IsLoopback)?.Index ?? 0;
        return
        [
            .. LocalInterface.Worthwhile(
                    [
                        .. from link in interfaces
                           from local in link.Addresses
                           where GraphScopes.Includes(_scope, local.Address) && choice.Includes(link, local)
                           select (Link: link, local.Address),
                    ],
                    candidate => candidate.Link)
                .OrderByDescending(candidate => AddressScopes.Of(candidate.Address))
                .Take(MaximumAddresses)
                .Select(candidate => new IPEndPoint(candidate.Address, port)),
        ];
    }

    private void OnInterfacesChanged() => _loop.Post(now =>
    {
        if (!_isOpen || _listener is null)
        {
            return;
        }

        try
        {
            IPEndPoint[] addresses = ReadAddresses(_choice);
            if (!addresses.SequenceEqual(_addresses))
            {
                _addresses = addresses;
                _machine.Listen(now, [.. addresses.Select(GraphEndpoint.From)]);
            }
        }
        catch (NetworkInformationException exception)
        {
            _context.Observer.Failed(GraphId, $"The network interfaces cannot be read: {exception.Message}");
        }
    });
}
