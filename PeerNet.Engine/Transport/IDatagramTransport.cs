using System.Net;

namespace PeerNet.Engine.Transport;

/// <summary>Sends and receives datagrams for one cloud. Tests replace it by a network in memory.</summary>
internal interface IDatagramTransport : IAsyncDisposable
{
    /// <summary>The port that is bound.</summary>
    int Port { get; }

    /// <summary>Sends one datagram. A destination that cannot be reached is not an error: it answers nothing.</summary>
    void Send(IPEndPoint destination, ReadOnlySpan<byte> datagram);

    /// <summary>
    /// Waits for the next datagram and copies it into <paramref name="buffer"/>. A datagram longer than the buffer is
    /// dropped and counted.
    /// </summary>
    ValueTask<DatagramReceived> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);
}
