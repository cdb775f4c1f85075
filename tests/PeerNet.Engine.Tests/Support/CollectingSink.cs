using System.Threading.Channels;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Support;

/// <summary>Keeps the datagrams of a transport for a test to read.</summary>
internal sealed class CollectingSink : IDatagramSink
{
    private readonly Channel<(DatagramAddress Source, byte[] Datagram)> _received =
        Channel.CreateUnbounded<(DatagramAddress, byte[])>();

    public bool TryAccept(DatagramAddress source, byte[] buffer, int length)
    {
        _received.Writer.TryWrite((source, buffer[..length]));
        return false;
    }

    public async Task<(DatagramAddress Source, byte[] Datagram)> NextAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await _received.Reader.ReadAsync(timeout.Token);
    }
}
