using System.Net;
using System.Text;
using System.Threading.Channels;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Support;

/// <summary>Keeps the messages of a multicast link for a test to read.</summary>
internal sealed class CollectingMulticastSink : IMulticastSink
{
    private readonly Channel<string> _received = Channel.CreateUnbounded<string>();

    public int MaximumLength { get; init; } = IMulticastSink.MaximumMessage;

    public void Receive(IMulticastLink link, IPEndPoint source, ReadOnlySpan<byte> message) =>
        _received.Writer.TryWrite(Encoding.ASCII.GetString(message));

    /// <summary>Whether a message comes in time; others are passed over.</summary>
    public async Task<bool> HearsAsync(string message, TimeSpan time)
    {
        using var timeout = new CancellationTokenSource(time);
        try
        {
            while (await _received.Reader.ReadAsync(timeout.Token) != message)
            {
                // Some other program's.
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The first message that begins so; null where none comes in time.</summary>
    public async Task<string?> FirstAsync(TimeSpan time, string beginning = "")
    {
        using var timeout = new CancellationTokenSource(time);
        try
        {
            while (true)
            {
                string message = await _received.Reader.ReadAsync(timeout.Token);
                if (message.StartsWith(beginning, StringComparison.Ordinal))
                {
                    return message;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
