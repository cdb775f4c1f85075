using System.Net;

namespace PeerNet.Engine.Transport;

/// <summary>
/// Sends and receives the datagrams of one cloud: at most a few local addresses of one scope, all at one port.
/// <see cref="Send"/> and <see cref="SetLocalAddresses"/> belong to one caller at a time: the cloud's loop.
/// </summary>
internal interface IDatagramTransport : IAsyncDisposable
{
    /// <summary>The port that is bound.</summary>
    int Port { get; }

    /// <summary>The addresses that are bound.</summary>
    IReadOnlyList<IPAddress> LocalAddresses { get; }

    /// <summary>Datagrams that were too long for a buffer.</summary>
    long Oversized { get; }

    /// <summary>Begins to deliver datagrams; what came before is delivered first, as far as the system has kept it.</summary>
    void Start(IDatagramSink sink);

    /// <summary>Binds the addresses that are new and lets go of those that are not in the list. An address that cannot
    /// be bound (yet) is left out of <see cref="LocalAddresses"/>.</summary>
    void SetLocalAddresses(IReadOnlyList<IPAddress> addresses);

    /// <summary>Sends one datagram. A destination that cannot be reached is not an error: it answers nothing.</summary>
    void Send(DatagramAddress destination, ReadOnlySpan<byte> datagram);
}
