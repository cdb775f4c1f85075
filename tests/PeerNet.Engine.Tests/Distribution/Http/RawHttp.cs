using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PeerNet.Engine.Tests.Distribution.Http;

/// <summary>A connection that sends exactly the bytes it is given, however wrong they are, and reads answers.</summary>
internal sealed class RawHttp : IDisposable
{
    // Only so that a server that hangs fails its test.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly List<byte> _received = [];

    private RawHttp()
    {
    }

    public static async Task<RawHttp> ConnectAsync(IPEndPoint endpoint)
    {
        var connection = new RawHttp();
        await connection._socket.ConnectAsync(endpoint).WaitAsync(Patience);
        return connection;
    }

    /// <summary>Whether a connection is closed as soon as it is there, which the system may tell before it is.</summary>
    public static async Task<bool> IsTurnedAwayAsync(IPEndPoint endpoint)
    {
        try
        {
            using RawHttp connection = await ConnectAsync(endpoint);
            return await connection.IsClosedAsync();
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }

    /// <summary>Sends a request on a connection of its own and reads the answer.</summary>
    public static async Task<RawAnswer> ExchangeAsync(IPEndPoint endpoint, string request, bool isHead = false)
    {
        using RawHttp connection = await ConnectAsync(endpoint);
        await connection.SendAsync(request);
        return await connection.ReadAsync(isHead);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes)
    {
        try
        {
            await _socket.SendAsync(bytes).WaitAsync(Patience);
        }
        catch (SocketException)
        {
            // The server has seen enough already; what it said is still to be read.
        }
    }

    /// <summary>Says that nothing more comes.</summary>
    public void Finish()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The server was faster.
        }
    }

    /// <summary>Waits until something of an answer is here.</summary>
    public Task PeekAsync() => ReceiveAsync();

    /// <summary>Reads one answer; its status is 0 where the server closes the connection without one.</summary>
    public async Task<RawAnswer> ReadAsync(bool isHead = false)
    {
        int end;
        while ((end = FindEnd()) < 0)
        {
            if (!await ReceiveAsync())
            {
                return new RawAnswer(0, [], [], IsWhole: false);
            }
        }

        string[] lines = Encoding.Latin1.GetString([.. _received[..end]]).Split("\r\n");
        _received.RemoveRange(0, end + 4);
        int status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        (string, string)[] headers =
            [.. lines[1..].Select(line => line.Split(':', 2)).Select(parts => (parts[0], parts[1].Trim()))];
        var answer = new RawAnswer(status, headers, [], IsWhole: true);
        bool hasNoBody = isHead || status is 204 or 304;
        return hasNoBody ? answer : await ReadBodyAsync(answer);
    }

    /// <summary>Whether the server closes the connection, with nothing more to say.</summary>
    public async Task<bool> IsClosedAsync() => _received.Count == 0 && !await ReceiveAsync();

    public void Dispose() => _socket.Dispose();

    private async Task<RawAnswer> ReadBodyAsync(RawAnswer answer)
    {
        int length = answer["Content-Length"] is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : int.MaxValue;
        while (_received.Count < length)
        {
            if (!await ReceiveAsync())
            {
                return answer with { Body = [.. _received], IsWhole = length == int.MaxValue };
            }
        }

        byte[] body = [.. _received[..length]];
        _received.RemoveRange(0, length);
        return answer with { Body = body };
    }

    private int FindEnd()
    {
        ReadOnlySpan<byte> received = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_received);
        return received.IndexOf("\r\n\r\n"u8);
    }

    private async Task<bool> ReceiveAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            int count = await _socket.ReceiveAsync(buffer).WaitAsync(Patience);
            _received.AddRange(buffer[..count]);
            return count > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
