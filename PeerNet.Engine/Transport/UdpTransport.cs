using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Transport;

/// <summary>
/// One UDP socket for each local address, all at one port. A socket that is bound to a single address says by itself
/// which cloud a datagram belongs to (MS-PNRP 3.1.5.2), answers from the address that was asked, hears nothing on
/// addresses that were excluded, and receives without an allocation, which packet information would cost.
/// </summary>
internal sealed class UdpTransport : IDatagramTransport
{
    private const int RememberedPeers = 1024;

    private readonly Dictionary<DatagramAddress, UdpSocket> _answerFrom = [];
    private readonly Lock _answerLock = new();
    private UdpSocket[] _sockets = [];

    // Where there is one of a family, there is nothing to choose.
    private UdpSocket? _onlyIPv4;
    private UdpSocket? _onlyIPv6;
    private IPAddress[] _addresses = [];
    private IDatagramSink? _sink;
    private long _oversizedBefore;

    /// <summary>Binds every address; one that the system does not have (any more, or yet) is left out.</summary>
    /// <exception cref="SocketException">The port is taken at one of the addresses.</exception>
    public UdpTransport(IReadOnlyList<IPAddress> addresses, int port)
    {
        Port = port;
        var bound = new List<UdpSocket>(addresses.Count);
        try
        {
            foreach (IPAddress address in addresses)
            {
                if (TryBind(address) is { } socket)
                {
                    bound.Add(socket);
                }
            }
        }
        catch
        {
            bound.ForEach(socket => socket.Dispose());
            throw;
        }

        Use([.. bound]);
    }

    public int Port { get; private set; }

    public IReadOnlyList<IPAddress> LocalAddresses => Volatile.Read(ref _addresses);

    public long Oversized => _oversizedBefore + _sockets.Sum(socket => socket.Oversized);

    public void Start(IDatagramSink sink)
    {
        _sink = sink;
        foreach (UdpSocket socket in _sockets)
        {
            Receive(socket);
        }
    }

    public void SetLocalAddresses(IReadOnlyList<IPAddress> addresses)
    {
        var sockets = new List<UdpSocket>(addresses.Count);
        foreach (UdpSocket socket in _sockets)
        {
            if (addresses.Contains(socket.Address) && !socket.HasFailed)
            {
                sockets.Add(socket);
            }
            else
            {
                Forget(socket);
            }
        }

        foreach (IPAddress address in addresses)
        {
            if (!sockets.Exists(socket => socket.Address.Equals(address)) && TryBindQuietly(address) is { } socket)
            {
                sockets.Add(socket);
                Receive(socket);
            }
        }

        Use([.. sockets]);
    }

    public void Send(DatagramAddress destination, ReadOnlySpan<byte> datagram) =>
        ChooseSource(destination)?.Send(destination, datagram);

    public async ValueTask DisposeAsync()
    {
        UdpSocket[] sockets = _sockets;
        Use([]);
        foreach (UdpSocket socket in sockets)
        {
            socket.Dispose();
        }

        await Task.WhenAll(sockets.Select(socket => socket.Completion)).ConfigureAwait(false);
    }

    private void Receive(UdpSocket socket)
    {
        if (_sink is { } sink)
        {
            socket.Start(sink, this);
        }
    }

    /// <summary>Remembers which of several addresses a peer has sent to, for its answer.</summary>
    internal void Remember(DatagramAddress peer, UdpSocket socket)
    {
        if (socket == _onlyIPv4 || socket == _onlyIPv6)
        {
            return;
        }

        lock (_answerLock)
        {
            if (_answerFrom.Count >= RememberedPeers && !_answerFrom.ContainsKey(peer))
            {
                _answerFrom.Clear();
            }

            _answerFrom[peer] = socket;
        }
    }

    private void Forget(UdpSocket socket)
    {
        _oversizedBefore += socket.Oversized;
        socket.Dispose();
        lock (_answerLock)
        {
            _answerFrom.Clear();
        }
    }

    private void Use(UdpSocket[] sockets)
    {
        _sockets = sockets;
        _onlyIPv4 = OnlyOne(sockets, isIPv4: true);
        _onlyIPv6 = OnlyOne(sockets, isIPv4: false);
        Volatile.Write(ref _addresses, [.. sockets.Select(socket => socket.Address)]);
    }

    private static UdpSocket? OnlyOne(UdpSocket[] sockets, bool isIPv4) =>
        sockets.Count(socket => socket.IsIPv4 == isIPv4) == 1 ? sockets.First(socket => socket.IsIPv4 == isIPv4) : null;

    private UdpSocket? ChooseSource(DatagramAddress destination)
    {
        if ((destination.IsIPv4 ? _onlyIPv4 : _onlyIPv6) is { } only)
        {
            return only;
        }

        lock (_answerLock)
        {
            if (_answerFrom.TryGetValue(destination, out UdpSocket? socket))
            {
                return socket;
            }
        }

        return ByRoute(destination);
    }

    // Prefixes tell only what is alike: 172.20.0.1 is not behind the bridge that has 172.17.0.1. The routes of the system
    // know; where they name an address that is not used here, the longest matching prefix decides (RFC 6724 5, rule 8).
    private UdpSocket? ByRoute(DatagramAddress destination)
    {
        UdpSocket[] candidates = [.. _sockets.Where(socket => socket.IsIPv4 == destination.IsIPv4)];
        if (candidates.Length < 2)
        {
            return candidates.FirstOrDefault();
        }

        Bits128? routed = SourceOf(destination, candidates[0].Address);
        return candidates.FirstOrDefault(socket => socket.LocalNumber == routed)
            ?? candidates.MaxBy(socket => (socket.LocalNumber ^ destination.Address).LeadingZeroCount());
    }

    /// <param name="destination">Where something is to be sent.</param>
    /// <param name="sibling">An address with the family and the zone of the destination.</param>
    private static Bits128? SourceOf(DatagramAddress destination, IPAddress sibling)
    {
        var template = new IPEndPoint(sibling, 0);
        SocketAddress target = template.Serialize();
        destination.Write(target);
        try
        {
            using var probe = new Socket(sibling.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(template.Create(target));
            return DatagramAddress.ToNumber(((IPEndPoint)probe.LocalEndPoint!).Address);
        }
        catch (SocketException)
        {
            // There is no route there.
            return null;
        }
    }

    private UdpSocket? TryBind(IPAddress address)
    {
        try
        {
            var socket = new UdpSocket(address, Port);
            Port = socket.Port;
            return socket;
        }
        catch (SocketException exception) when (!UdpNetwork.IsTaken(exception))
        {
            // An address that is being checked for duplicates cannot be bound before it is known to be unique.
            return null;
        }
    }

    private UdpSocket? TryBindQuietly(IPAddress address)
    {
        try
        {
            return TryBind(address);
        }
        catch (SocketException)
        {
            // Another process has the port at an address that came later; the cloud goes on with the others.
            return null;
        }
    }
}
