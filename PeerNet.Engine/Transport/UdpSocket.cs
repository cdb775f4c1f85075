using System.Buffers;
using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Transport;

/// <summary>A UDP socket at one local address. Sending is for one thread at a time.</summary>
internal sealed class UdpSocket : IDisposable
{
    private const int ReceiveBufferLength = 1 << 20;
    private const int ErrorsInARow = 64;

    // Windows reports an ICMP "port unreachable" as an error of the next receive, unless it is told not to.
    private const int SioUdpConnectionReset = unchecked((int)0x9800000C);

    private readonly Socket _socket;
    private readonly SocketAddress _destination;
    private long _oversized;

    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public UdpSocket(IPAddress address, int port)
    {
        Address = address;
        LocalNumber = DatagramAddress.ToNumber(address);
        _destination = new IPEndPoint(address, 0).Serialize();
        _socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                _socket.ExclusiveAddressUse = true;
                _socket.IOControl(SioUdpConnectionReset, [0, 0, 0, 0], null);
            }

            _socket.ReceiveBufferSize = ReceiveBufferLength;
            _socket.Bind(new IPEndPoint(address, port));
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    public IPAddress Address { get; }

    public Bits128 LocalNumber { get; }

    public int Port { get; }

    public bool IsIPv4 => Address.AddressFamily == AddressFamily.InterNetwork;

    public long Oversized => Interlocked.Read(ref _oversized);

    /// <summary>Whether it has ceased to receive by itself: its interface is gone.</summary>
    public bool HasFailed => Completion.IsCompleted && Started;

    public Task Completion { get; private set; } = Task.CompletedTask;

    private bool Started { get; set; }

    public void Start(IDatagramSink sink, UdpTransport owner)
    {
        Started = true;
        Completion = Task.Run(() => ReceiveAsync(sink, owner));
    }

    public void Send(DatagramAddress destination, ReadOnlySpan<byte> datagram)
    {
        destination.Write(_destination);
        try
        {
            _socket.SendTo(datagram, SocketFlags.None, _destination);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // No route, a full queue, a closed interface: to the protocol this is a lost datagram.
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task ReceiveAsync(IDatagramSink sink, UdpTransport owner)
    {
        var from = new SocketAddress(Address.AddressFamily);
        byte[] buffer = Rent();
        int errors = 0;
        while (errors < ErrorsInARow)
        {
            int length;
            try
            {
                from.Size = SocketAddress.GetMaximumAddressSize(Address.AddressFamily);
                Memory<byte> free = buffer.AsMemory(0, IDatagramSink.BufferLength);
                length = await _socket.ReceiveFromAsync(free, SocketFlags.None, from).ConfigureAwait(false);
                errors = 0;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.MessageSize)
            {
                length = IDatagramSink.BufferLength;
            }
            catch (SocketException exception) when (exception.SocketErrorCode != SocketError.OperationAborted)
            {
                errors++;
                continue;
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                break;
            }

            if (length >= IDatagramSink.BufferLength)
            {
                Interlocked.Increment(ref _oversized);
                continue;
            }

            DatagramAddress source = DatagramAddress.Read(from);
            owner.Remember(source, this);
            if (sink.TryAccept(source, buffer, length))
            {
                buffer = Rent();
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static byte[] Rent() => ArrayPool<byte>.Shared.Rent(IDatagramSink.BufferLength);
}
