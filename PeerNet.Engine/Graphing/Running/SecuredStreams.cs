using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Graphing.Connections;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Graphing.Running;

/// <summary>What a connection begins with: its stream, AUTH_INFO as the first message, and what the security provider says of
/// the other side. For any thread.</summary>
internal sealed class SecuredStreams(GraphContext context, IGraphSecurityProvider provider)
{
    /// <summary>Connects, says AUTH_INFO, and has the other side authenticated.</summary>
    public async Task<EstablishedConnection> DialAsync(
        IPEndPoint target, GraphConnectionContext connection, ReadOnlyMemory<byte> authInfo, CancellationToken cancellationToken)
    {
        StreamConnection stream = await ReachAsync(target, cancellationToken).ConfigureAwait(false);
        return await EstablishAsync(
            stream,
            async frames =>
            {
                await frames.WriteAsync(authInfo, cancellationToken).ConfigureAwait(false);
                return connection;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads AUTH_INFO, and has the other side authenticated where it is let in.</summary>
    /// <param name="stream">The stream, which is closed where it is not.</param>
    /// <param name="admit">Asked whether a node that says this AUTH_INFO may go on, and as whom.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<EstablishedConnection> AdmitAsync(
        StreamConnection stream, Func<byte[], Task<GraphConnectionContext>> admit, CancellationToken cancellationToken) =>
        EstablishAsync(
            stream,
            async frames =>
            {
                byte[] authInfo = await ReadAuthInfoAsync(frames, cancellationToken).ConfigureAwait(false);
                return await admit(authInfo).WaitAsync(cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);

    private async Task<EstablishedConnection> EstablishAsync(
        StreamConnection stream, Func<FramedStream, Task<GraphConnectionContext>> greet, CancellationToken cancellationToken)
    {
        var frames = new FramedStream(stream.Stream);
        try
        {
            // A security provider that does not come back must not keep the stream.
            using CancellationTokenRegistration giveUp = cancellationToken.Register(stream.Dispose);
            GraphConnectionContext connection = await greet(frames).ConfigureAwait(false);
            SecuredConnection secured = await provider.AuthenticateAsync(
                frames, connection with { RemoteAddress = stream.Remote.Address }, cancellationToken).ConfigureAwait(false);
            return new(stream, frames, secured);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    // The system gives up on a silent host only after minutes.
    private async Task<StreamConnection> ReachAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(context.Options.OpenTimeout, context.Time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await context.Transport.ConnectAsync(target, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }

    // Exactly AUTH_INFO: what follows belongs to the security provider.
    private async Task<byte[]> ReadAuthInfoAsync(FramedStream frames, CancellationToken cancellationToken)
    {
        byte[] head = new byte[MessageReader.HeadLength];
        await frames.ReadExactlyAsync(head, cancellationToken).ConfigureAwait(false);
        uint size = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (size < MessageReader.HeadLength || size > context.Limits.AuthInfo)
        {
            throw new InvalidDataException($"The first message announces {size} bytes.");
        }

        byte[] message = new byte[size];
        head.CopyTo(message, 0);
        await frames.ReadExactlyAsync(message.AsMemory(head.Length), cancellationToken).ConfigureAwait(false);
        return message;
    }
}
