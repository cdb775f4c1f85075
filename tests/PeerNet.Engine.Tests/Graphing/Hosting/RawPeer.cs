using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Connections;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Tests.Graphing.Hosting;

/// <summary>A stranger with a socket, who keeps to the protocol only as far as a test wants.</summary>
internal sealed class RawPeer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly NetworkStream _stream;
    private readonly FramedStream _frames;
    private readonly MessageReader _reader;
    private readonly Queue<byte[]> _received = new();

    private RawPeer(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _frames = new FramedStream(_stream);
        _reader = new MessageReader(_frames);
    }

    /// <summary>Connects, and says nothing.</summary>
    public static async Task<RawPeer> ConnectAsync(IPEndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endpoint).WaitAsync(Patience);
        return new RawPeer(socket);
    }

    /// <summary>The other end of a connection that has come in.</summary>
    public static RawPeer Of(Socket socket) => new(socket);

    /// <summary>Connects, and becomes a neighbor.</summary>
    public static async Task<RawPeer> JoinAsync(IPEndPoint endpoint, string peerId = "raw", ulong nodeId = 1)
    {
        RawPeer peer = await ConnectAsync(endpoint);
        await peer.SendAsync(AuthInfo(peerId));
        await peer.SendAsync(Connect(nodeId));
        Assert.Equal(GraphMessageType.Welcome, TypeOf(await peer.ReceiveAsync()));
        return peer;
    }

    public static byte[] AuthInfo(string peerId = "raw", string graphId = GraphRig.GraphId) =>
        GraphMessage.Encode(new AuthInfoMessage { GraphId = graphId, SourcePeerId = peerId });

    /// <summary>A FLOOD with a record of the graph.</summary>
    public static byte[] Flood(string text)
    {
        PeerTime now = PeerTime.FromUtc(DateTimeOffset.UtcNow, TimeSpan.Zero);
        return FloodMessage.Encode(new GraphRecord
        {
            Id = RecordIds.Create(GraphRig.RecordType, "raw", SystemRandomSource.Instance),
            Type = GraphRig.RecordType,
            GraphId = GraphRig.GraphId,
            Version = 1,
            CreatorId = "raw",
            Created = now,
            Modified = now,
            Expires = now + TimeSpan.FromHours(1),
            Payload = System.Text.Encoding.UTF8.GetBytes(text),
        });
    }

    public static byte[] Connect(ulong nodeId = 1) => GraphMessage.Encode(new ConnectMessage
    {
        NodeId = nodeId,
        Endpoints = [],
        FriendlyName = "",
    });

    public static GraphMessageType TypeOf(byte[]? message) =>
        GraphMessage.TryReadType(message, out GraphMessageType type) ? type : throw new InvalidDataException();

    /// <summary>Sends bytes as frames.</summary>
    public Task SendAsync(byte[] message) => _frames.WriteAsync(message).AsTask().WaitAsync(Patience);

    /// <summary>Sends bytes as they are.</summary>
    public Task SendUnframedAsync(byte[] bytes) => _stream.WriteAsync(bytes).AsTask().WaitAsync(Patience);

    /// <summary>The next message; null where the other side has closed the connection, however roughly.</summary>
    public async Task<byte[]?> ReceiveAsync()
    {
        try
        {
            while (_received.Count == 0)
            {
                using MessageBatch? batch = await _reader.ReadAsync(() => int.MaxValue, default).AsTask().WaitAsync(Patience);
                if (batch is null)
                {
                    return null;
                }

                foreach ((_, ReadOnlyMemory<byte> message) in batch.List())
                {
                    _received.Enqueue(message.ToArray());
                }
            }

            return _received.Dequeue();
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Ends when the other side has closed the connection, with what it sent last; null for nothing.</summary>
    public async Task<byte[]?> UntilClosedAsync()
    {
        byte[]? last = null;
        while (await ReceiveAsync() is { } message)
        {
            last = message;
        }

        return last;
    }

    public void Dispose()
    {
        _frames.Dispose();
        _reader.Dispose();
    }
}
