using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Tests.Distribution.Http;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Distribution.Retrieval;

/// <summary>Makes requests and reads answers of MS-PCCRR, and puts a server on loopback.</summary>
internal static class RetrievalBench
{
    public static byte[] Request<T>(T message, RetrievalVersion? version = null)
        where T : IRetrievalMessage
    {
        byte[] bytes = new byte[RetrievalFrame.GetRequestLength(message)];
        RetrievalFrame.WriteRequest(bytes, message, version ?? RetrievalVersion.V1, BlockCipher.Aes128);
        return bytes;
    }

    public static byte[] GetBlock(SegmentId id, int index) => Request(new GetBlks(id, BlockSet.Range(index, 1)));

    public static byte[] Response<T>(T message, RetrievalVersion? version = null, BlockCipher cipher = BlockCipher.Aes128)
        where T : IRetrievalMessage, allows ref struct
    {
        byte[] bytes = new byte[RetrievalFrame.GetResponseLength(message)];
        RetrievalFrame.WriteResponse(bytes, message, version ?? RetrievalVersion.V1, cipher);
        return bytes;
    }

    /// <summary>The bytes of a server's answer; null where it discards the request.</summary>
    public static async Task<byte[]?> AskAsync(this RetrievalServer server, byte[] request)
    {
        using RetrievalAnswer? answer = await server.AnswerAsync(request, default);
        return answer is null ? null : await WriteAsync(answer);
    }

    public static async Task<byte[]> WriteAsync(RetrievalAnswer answer)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        await answer.WriteAsync(output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>What a block's answer has, once it is checked to be one.</summary>
    public static (int Index, int Next, byte[] Data, byte[] Vector, BlockCipher Cipher) ReadBlock(byte[]? answer)
    {
        Assert.NotNull(answer);
        Assert.True(RetrievalFrame.TryReadResponse(answer, out RetrievalHeader header, out WireReader body));
        Assert.Equal(RetrievalMessageType.Blk, header.Type);
        Assert.True(Blk.TryRead(ref body, out Blk blk));
        return ((int)blk.BlockIndex, (int)blk.NextBlockIndex, blk.Block.ToArray(), blk.InitializationVector.ToArray(), header.Cipher);
    }

    public static RetrievalMessageType ReadType(byte[]? answer)
    {
        Assert.NotNull(answer);
        Assert.True(RetrievalFrame.TryReadResponse(answer, out RetrievalHeader header, out _));
        return header.Type;
    }

    public static RetrievalServer CreateServer(
        ISegmentSource source, RetrievalOptions? options = null, TimeProvider? time = null) =>
        new(source, options ?? new(), SystemRandomSource.Instance, time ?? TimeProvider.System);

    /// <summary>A server with its endpoint on loopback, in the way that a node has it.</summary>
    public static Task<HttpServer> ListenAsync(
        RetrievalServer server,
        HttpServerOptions? limits = null,
        CollectingLoggerFactory? log = null,
        TimeProvider? time = null)
    {
        log ??= new CollectingLoggerFactory();
        var endpoint = new RetrievalEndpoint(
            server,
            time ?? TimeProvider.System,
            new Microsoft.Extensions.Logging.Logger<RetrievalEndpoint>(log));
        var router = new HttpRouter(new HttpRoute(RetrievalEndpoint.Path, endpoint.HandleAsync) { MaxBodyLength = 128 * 1024 });
        return TestServer.StartAsync(router.HandleAsync, limits, log: log);
    }
}
