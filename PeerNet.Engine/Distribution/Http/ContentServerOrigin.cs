using PeerNet.Engine.Distribution.Download;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>A content server as the place of last resort of a download.</summary>
/// <param name="client">Asks it.</param>
/// <param name="uri">The content.</param>
/// <param name="entityTag">The strong validator that the content must still have; null for none.</param>
internal sealed class ContentServerOrigin(ContentServerClient client, Uri uri, string? entityTag) : IContentOrigin
{
    public Task ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        client.GetMissingAsync(uri, entityTag, offset, destination, cancellationToken);
}
