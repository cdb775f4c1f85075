using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Graphing.Running;

/// <summary>Where others connect to this node. Owns the listener, and the addresses that they are told.</summary>
/// <param name="graph">The graph.</param>
/// <param name="accept">Given the streams that come in, and whether they came to an address that the graph uses.</param>
internal sealed class GraphListening(OpenGraph graph, Action<StreamConnection, bool> accept)
{
    // A machine may have hundreds; nobody tries them all.
    private const int MaximumAddresses = 16;

    private PeerGraphScope _scope;
    private IStreamListener? _listener;
    private IPEndPoint[] _addresses = [];
    private AddressChoice _choice = AddressChoice.All;

    /// <summary>The port that others connect to; 0 where they cannot.</summary>
    public int Port => _listener?.Port ?? 0;

    /// <summary>Where they are told that they can.</summary>
    public IReadOnlyList<IPEndPoint> Addresses => _addresses;

    /// <summary>How far this node reaches: as far as the graph does while it does not listen.</summary>
    public PeerGraphScope Scope => _listener is null ? GraphScopes.Of(graph.Machine.Properties) : _scope;

    /// <summary>Lets others connect, unless they can already.</summary>
    /// <param name="scope">How far this node reaches; null for as far as the graph does.</param>
    /// <param name="choice">Local addresses to use.</param>
    /// <param name="port">A port that must be free; 0 for any.</param>
    /// <param name="preferred">A port to use where it is free; 0 for none.</param>
    /// <exception cref="PeerException">The port is taken, or the graph has never been synchronized.</exception>
    public async Task StartAsync(PeerGraphScope? scope, AddressChoice choice, int port, int preferred)
    {
        bool isFirst = await graph.Loop.AskAsync(now =>
        {
            bool isNew = _listener is null;
            if (isNew)
            {
                RequireReady();
                _scope = scope ?? GraphScopes.Of(graph.Machine.Properties);
                _listener = Bind(_scope, choice, port, preferred);
                Announce(now, ReadAddresses(choice));
                _listener.Start(stream => accept(stream, GraphScopes.Includes(_scope, stream.Local.Address)));
            }

            return isNew;
        }).ConfigureAwait(false);
        if (isFirst)
        {
            _choice = choice;
            graph.Context.Interfaces.Changed += OnInterfacesChanged;
            GraphLog.Listening(graph.Context.Logger, graph.Id, _listener!.Port);
        }
    }

    /// <summary>Ends it.</summary>
    public async ValueTask StopAsync()
    {
        graph.Context.Interfaces.Changed -= OnInterfacesChanged;
        if (_listener is { } listener)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void RequireReady()
    {
        if (!graph.Machine.IsReady)
        {
            throw PeerErrors.GraphNotReady.Exception(
                $"The graph '{graph.Id}' was never synchronized here: connect to a node of it before others connect to this one.",
                graph.Id);
        }
    }

    private IStreamListener Bind(PeerGraphScope scope, AddressChoice choice, int port, int preferred)
    {
        // A graph of this machine opens no port to others. The rest is bound for addresses that may come and go, and what
        // comes in out of scope is turned away.
        IReadOnlyList<LocalInterface> interfaces = graph.Context.Interfaces.Read();
        IReadOnlyList<IPAddress> addresses = scope == PeerGraphScope.Loopback
            ? LoopbackAddresses(interfaces, choice)
            : choice.ToBind(interfaces);
        try
        {
            return graph.Context.Transport.Listen(addresses, port != 0 ? port : preferred);
        }
        catch (SocketException) when (port == 0 && preferred != 0)
        {
            GraphLog.PortTaken(graph.Context.Logger, graph.Id, preferred);
            return Bind(scope, choice, port: 0, preferred: 0);
        }
        catch (SocketException failure)
        {
            throw PeerErrors.UnableToListen.Exception(
                string.Create(CultureInfo.InvariantCulture, $"The graph '{graph.Id}' cannot listen on port {port}: {failure.Message}"),
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
                $"The graph '{graph.Id}' is one of this machine alone, and the node may not use its loopback addresses.", graph.Id);
    }

    private IPEndPoint[] ReadAddresses(AddressChoice choice)
    {
        int port = _listener!.Port;
        LocalInterface[] interfaces = [.. graph.Context.Interfaces.Read()];
        graph.Zone = interfaces.FirstOrDefault(link => !link.IsLoopback)?.Index ?? 0;
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

    private void Announce(Moment now, IPEndPoint[] addresses)
    {
        _addresses = addresses;
        graph.Machine.Listen(now, [.. addresses.Select(GraphEndpoint.From)]);
    }

    private void OnInterfacesChanged() => graph.Loop.Post(now =>
    {
        if (!graph.Machine.IsOpen)
        {
            return;
        }

        try
        {
            IPEndPoint[] addresses = ReadAddresses(_choice);
            if (!addresses.SequenceEqual(_addresses))
            {
                Announce(now, addresses);
            }
        }
        catch (NetworkInformationException exception)
        {
            graph.Context.Observer.Failed(graph.Id, $"The network interfaces cannot be read: {exception.Message}");
        }
    });
}
