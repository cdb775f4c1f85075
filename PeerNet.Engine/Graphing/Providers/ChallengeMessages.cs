using System.Buffers.Binary;

namespace PeerNet.Engine.Graphing.Providers;

/// <summary>The messages of a <see cref="ChallengeExchange"/>: four bytes of length, and so many more.</summary>
internal sealed class ChallengeMessages(Stream stream)
{
    public async Task SendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        byte[] message = new byte[sizeof(uint) + content.Length];
        BinaryPrimitives.WriteUInt32BigEndian(message, (uint)content.Length);
        content.CopyTo(message.AsMemory(sizeof(uint)));
        await stream.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="InvalidDataException">It is longer than it may be.</exception>
    /// <exception cref="IOException">The other side has closed the connection.</exception>
    public async Task<byte[]> ReceiveAsync(int maximumLength, CancellationToken cancellationToken)
    {
        byte[] head = new byte[sizeof(uint)];
        await stream.ReadExactlyAsync(head, cancellationToken).ConfigureAwait(false);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (length > maximumLength)
        {
            throw new InvalidDataException($"The other side announces {length} bytes, where {maximumLength} may come.");
        }

        byte[] content = new byte[length];
        await stream.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
        return content;
    }
}
