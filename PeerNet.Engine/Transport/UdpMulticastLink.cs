using System.Net;
using System.Net.Sockets;

namespace PeerNet.Engine.Transport;

/// <summary>
/// Two sockets: one shares the group's port with other programs and hears the group, if that is wanted; one has a port of
/// its own, sends, and hears the answers. Only messages from hosts on the link get through.
/// </summary>
internal sealed class UdpMulticastLink : IMulticastLink
{
    private readonly IPEndPoint _group;
    private readonly LocalInterface _adapter;
    private readonly IMulticastSink _sink;
    private readonly Socket? _listener;
    private readonly Socket _sender;
    private readonly IPEndPoint _own;
    private readonly Task _loops;

    /// <exception cref="SocketException">The system refuses.</exception>
    public UdpMulticastLink(
        IPEndPoint group, LocalInterface adapter, LocalAddress local, IMulticastSink sink, bool hearsGroup)
    {
        _group = IsIPv6(group) ? new(new IPAddress(group.Address.GetAddressBytes(), adapter.Index), group.Port) : group;
        _adapter = adapter;
        _sink = sink;
        Local = local;
        _listener = hearsGroup ? new Socket(group.AddressFamily, SocketType.Dgram, ProtocolType.Udp) : null;
        _sender = new Socket(group.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (_listener is not null)
            {
                Listen(_listener);
            }

            PrepareToSend();
        }
        catch
        {
            _listener?.Dispose();
            _sender.Dispose();
            throw;
        }

        _own = (IPEndPoint)_sender.LocalEndPoint!;
        _loops = Task.WhenAll(
            _listener is { } listener ? Task.Run(() => ReceiveAsync(listener)) : Task.CompletedTask,
            Task.Run(() => ReceiveAsync(_sender)));
    }

    public LocalAddress Local { get; }

    private bool IsIPv4 => !IsIPv6(_group);

    private SocketOptionLevel Level => IsIPv4 ? SocketOptionLevel.IP : SocketOptionLevel.IPv6;

    private IPAddress Any => IsIPv4 ? IPAddress.Any : IPAddress.IPv6Any;

    public void SendToGroup(ReadOnlySpan<byte> message) => SendTo(_group, message);

    public void SendTo(IPEndPoint destination, ReadOnlySpan<byte> message)
    {
        try
        {
            _sender.SendTo(message, SocketFlags.None, destination);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // No route for multicast on this interface: nobody is reached, which is what the search reports anyway.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener?.Dispose();
        _sender.Dispose();
        await _loops.ConfigureAwait(false);
    }

    private void Listen(Socket listener)
    {
        if (!IsIPv4)
        {
            listener.DualMode = false;
        }

        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(Any, _group.Port));
        listener.SetSocketOption(Level, SocketOptionName.MulticastLoopback, true);
        if (IsIPv4)
        {
            var membership = new MulticastOption(_group.Address, _adapter.Index);
            listener.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, membership);
        }
        else
        {
            var membership = new IPv6MulticastOption(_group.Address, _adapter.Index);
            listener.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership, membership);
        }
    }

    private void PrepareToSend()
    {
        _sender.Bind(new IPEndPoint(Local.Address, 0));
        int adapter = IsIPv4 ? IPAddress.HostToNetworkOrder(_adapter.Index) : _adapter.Index;
        _sender.SetSocketOption(Level, SocketOptionName.MulticastInterface, adapter);
        _sender.SetSocketOption(Level, SocketOptionName.MulticastLoopback, true);
        _sender.SetSocketOption(Level, SocketOptionName.MulticastTimeToLive, 1);
    }

    private async Task ReceiveAsync(Socket socket)
    {
        var any = new IPEndPoint(Any, 0);
        byte[] buffer = new byte[_sink.MaximumLength + 1];
        while (true)
        {
            try
            {
                SocketReceiveMessageFromResult result = await socket
                    .ReceiveMessageFromAsync(buffer, SocketFlags.None, any).ConfigureAwait(false);
                Deliver((IPEndPoint)result.RemoteEndPoint, result.PacketInformation, buffer, result.ReceivedBytes);
            }
            catch (SocketException exception) when (
                exception.SocketErrorCode is SocketError.MessageSize or SocketError.ConnectionReset)
            {
                // Too long, or an ICMP error for something sent: the next message may be good.
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Deliver(IPEndPoint source, IPPacketInformation information, byte[] buffer, int length)
    {
        bool isHere = information.Interface == 0 || information.Interface == _adapter.Index || _adapter.IsLoopback;
        if (isHere && length <= _sink.MaximumLength && !source.Equals(_own) && IsOnLink(source.Address))
        {
            _sink.Receive(this, source, buffer.AsSpan(0, length));
        }
    }

    private static bool IsIPv6(IPEndPoint endpoint) => endpoint.AddressFamily == AddressFamily.InterNetworkV6;

    private bool IsOnLink(IPAddress source) =>
        AddressScopes.Of(source) == AddressScope.LinkLocal
        || _adapter.Addresses.Any(address => address.IsOnLink(source));
}
