namespace PeerNet.Engine.Transport;

/// <summary>Takes the datagrams of a transport. Called from any thread, several at a time.</summary>
internal interface IDatagramSink
{
    /// <summary>Bytes of the buffers that datagrams arrive in. A datagram that fills one is taken as too long.</summary>
    const int BufferLength = 4096;

    /// <summary>Offers a datagram.</summary>
    /// <param name="source">Where it came from.</param>
    /// <param name="buffer">A buffer of the shared pool; the datagram is its first <paramref name="length"/> bytes.</param>
    /// <param name="length">The datagram's length.</param>
    /// <returns>Whether the sink keeps the buffer, and returns it to the pool later.</returns>
    bool TryAccept(DatagramAddress source, byte[] buffer, int length);
}
