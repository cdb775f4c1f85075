using System.Net;
using System.Net.Sockets;
using System.Text;
using PeerNet.Engine.Tests.Distribution.Http;

namespace PeerNet.Engine.Tests.Fuzz;

/// <summary>Damaged requests to a content server that really listens.</summary>
public sealed class HostileHttpTests
{
    private const int Count = 30_000;
    private const int Workers = 8;
    private const int CheckEvery = 500;

    private static readonly byte[][] Requests =
    [
        Request("GET", "Range: bytes=0-1,5-6,-7, 300-\r\nIf-Range: \"30d40-fingerprint\"\r\n"),
        Request("GET", "Accept-Encoding: gzip;q=0.5, peerdist;q=1\r\nX-P2P-PeerDist: Version=1.1\r\n"
            + "X-P2P-PeerDistEx: MinContentInformation=1.0, MaxContentInformation=2.0, HashRequest=true\r\n"),
        Request("GET", "Accept-Encoding: peerdist\r\nX-P2P-PeerDist: Version=1.0\r\nRange: bytes=100-70000\r\n"),
        Request("HEAD", "If-None-Match: W/\"a\", \"b\"\r\nIf-Modified-Since: Fri, 02 Jan 2026 03:04:05 GMT\r\n"),
        Request("GET", "If-Match: \"a\", *\r\nIf-Unmodified-Since: Fri, 02 Jan 2026 03:04:05 GMT\r\n"),
        Request("POST", "Content-Length: 5\r\n\r\nhello"),
        Request("POST", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"),
        Request("OPTIONS", ""),
        Encoding.ASCII.GetBytes("GET /files/%2e%2e/%252e/..%5c/manual.pdf?a=b HTTP/1.0\r\n\r\n"),
    ];

    [Fact]
    public async Task Thousands_of_damaged_requests_cost_no_failure_and_the_server_goes_on_serving()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        int sent = 0;
        SeededBytes[] chances = [.. Enumerable.Range(0, Workers).Select(worker => new SeededBytes(worker))];

        await Task.WhenAll(chances.Select(chance => Task.Run(async () =>
        {
            byte[] buffer = new byte[4096];
            while (Interlocked.Increment(ref sent) is var number && number <= Count)
            {
                int length = chance.Mutate(Requests[chance.Next(Requests.Length)], buffer);
                await ThrowAtAsync(rig.Endpoint, buffer.AsMemory(0, length));
                if (number % CheckEvery == 0)
                {
                    Assert.Equal(rig.Content, (await rig.AskAsync("GET")).Body);
                }
            }
        })));

        Assert.Equal(rig.Content, (await rig.AskAsync("GET")).Body);
        (Microsoft.Extensions.Logging.EventId Id, string Message)[] failures =
            [.. rig.Log.Messages.Where(message => message.Id == 3502)];
        Assert.True(failures.Length == 0, $"Seed {chances[0].Seed}: {failures.FirstOrDefault().Message}");
    }

    private static byte[] Request(string method, string rest) =>
        Encoding.ASCII.GetBytes($"{method} {ContentServerRig.Address} HTTP/1.1\r\nHost: test\r\n{rest}\r\n");

    // Whatever it answers, it answers or hangs up once nothing more comes.
    private static async Task ThrowAtAsync(IPEndPoint endpoint, ReadOnlyMemory<byte> bytes)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endpoint);
        try
        {
            await socket.SendAsync(bytes);
            socket.Shutdown(SocketShutdown.Send);
            byte[] answer = new byte[64 * 1024];
            while (await socket.ReceiveAsync(answer).WaitAsync(TimeSpan.FromMinutes(1)) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // It would not hear the end.
        }
    }
}
