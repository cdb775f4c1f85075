using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.NameService.Protocol.Messages;
using PeerNet.Engine.Tests.NameService.Protocol;

namespace PeerNet.Engine.Tests.NameService;

/// <summary>Asks a server as programs do.</summary>
internal static class DnsClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Asks by UDP.</summary>
    public static async Task<DnsReply> AskAsync(IPEndPoint server, string name, DnsType type)
    {
        using var client = new UdpClient(server.AddressFamily);
        client.Connect(server);
        await client.SendAsync(DnsQuestion.Write(name, type, 1232));
        return new((await client.ReceiveAsync().WaitAsync(Patience)).Buffer);
    }

    /// <summary>Opens a connection.</summary>
    public static async Task<TcpClient> ConnectAsync(IPEndPoint server)
    {
        var client = new TcpClient(server.AddressFamily);
        await client.ConnectAsync(server);
        return client;
    }

    /// <summary>Questions as a connection carries them.</summary>
    public static byte[] Frame(params byte[][] questions) =>
        [.. questions.SelectMany(question => new byte[] { (byte)(question.Length >> 8), (byte)question.Length }.Concat(question))];

    /// <summary>Reads an answer; null where the connection ends.</summary>
    public static async Task<DnsReply?> ReadAsync(Stream stream)
    {
        using var patience = new CancellationTokenSource(Patience);
        byte[] head = new byte[2];
        try
        {
            if (await stream.ReadAtLeastAsync(head, 2, throwOnEndOfStream: false, patience.Token) < 2)
            {
                return null;
            }

            byte[] answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
            await stream.ReadExactlyAsync(answer, patience.Token);
            return new(answer);
        }
        catch (IOException)
        {
            // A connection that is closed while something comes is reset.
            return null;
        }
    }
}
