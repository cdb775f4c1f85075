using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PeerNet.Engine.Tests.Distribution.Http;

/// <summary>A server that sends exactly the bytes that a test has for it, and remembers what it was asked.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Exchange, Task> _script;
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;
    private int _accepted;

    private ScriptedServer(Func<Exchange, Task> script)
    {
        _script = script;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The heads of the requests, in the order they came.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Connections so far.</summary>
    public int Connections => Volatile.Read(ref _accepted);

    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    public Uri Address => new($"http://{Endpoint}/");

    /// <summary>A server whose script runs for each request; when it ends, the connection does.</summary>
    public static ScriptedServer Start(Func<Exchange, Task> script) => new(script);

    /// <summary>A server that says the same to everybody, and hangs up.</summary>
    public static ScriptedServer Saying(string answer) => new(exchange => exchange.SendAsync(answer));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _accepted);
                _connections.Add(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                string head = await ReadHeadAsync(stream);
                Requests.Enqueue(head);
                await _script(new(stream, head, _stop.Token));
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The client has heard enough, or the test is over.
            }
        }
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, _stop.Token);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    /// <summary>One request, and the way to its client.</summary>
    /// <param name="Stream">The connection.</param>
    /// <param name="Head">The request's head.</param>
    /// <param name="Stop">The test is over.</param>
    internal sealed record Exchange(NetworkStream Stream, string Head, CancellationToken Stop)
    {
        public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

        public Task SendAsync(byte[] bytes) => Stream.WriteAsync(bytes, Stop).AsTask();

        /// <summary>Sends bytes for as long as somebody takes them.</summary>
        public async Task SendForEverAsync(byte[] bytes)
        {
            while (true)
            {
                await SendAsync(bytes);
            }
        }

        /// <summary>Says nothing more, and does not hang up either.</summary>
        public Task HangAsync() => Task.Delay(Timeout.Infinite, Stop);
    }
}
