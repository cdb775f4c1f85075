using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>Reads the small body of a POST, however it is delimited, and never more of it than a limit.</summary>
internal static class PostBody
{
    /// <summary>Reads the whole body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maximumLength">Most bytes. A longer body is not buffered.</param>
    /// <param name="cancellationToken">Ends a body that comes too slowly.</param>
    /// <returns>The body; null where it is longer.</returns>
    public static async ValueTask<ReadOnlyMemory<byte>?> TryReadAsync(
        HttpRequest request, int maximumLength, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maximumLength)
        {
            return null;
        }

        PipeReader reader = request.BodyReader;
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> body = result.Buffer;
            bool isTooLong = body.Length > maximumLength;
            if (result.IsCompleted || isTooLong)
            {
                ReadOnlyMemory<byte>? read = isTooLong ? default(ReadOnlyMemory<byte>?) : body.ToArray();
                reader.AdvanceTo(body.End);
                return read;
            }

            reader.AdvanceTo(body.Start, body.End);
        }
    }
}
