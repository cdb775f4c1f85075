using PeerNet.Engine.Distribution.Download;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>What a content server sends: content information, or the content itself.</summary>
internal sealed class ContentServerAnswer : IDisposable
{
    private readonly HttpResponseMessage? _response;
    private readonly TimeProvider? _time;

    private ContentServerAnswer(PeerContentInformation? information, HttpResponseMessage? response, TimeProvider? time)
    {
        Information = information;
        _response = response;
        _time = time;
    }

    /// <summary>The information; null where the content itself comes.</summary>
    public PeerContentInformation? Information { get; }

    /// <summary>Where the content was found, after redirections.</summary>
    public required Uri Uri { get; init; }

    /// <summary>The strong validator of the content; null for none.</summary>
    public string? EntityTag { get; init; }

    /// <summary>Whether plain content is the range that was asked for, and not all of it.</summary>
    public bool IsRange => _response?.StatusCode == System.Net.HttpStatusCode.PartialContent;

    /// <summary>Bytes of plain content; null where the server does not say.</summary>
    public long? Length { get; init; }

    /// <summary>Whether the server asks to come back for the information (MakeHashRequest).</summary>
    public bool AsksForHashRequest { get; init; }

    /// <summary>How long the answer's head took.</summary>
    public TimeSpan Latency { get; init; }

    public static ContentServerAnswer Encoded(PeerContentInformation information, Uri uri, string? entityTag, TimeSpan latency) =>
        new(information, null, null) { Uri = uri, EntityTag = entityTag, Length = information.Length, Latency = latency };

    public static ContentServerAnswer Plain(
        HttpResponseMessage response, Uri uri, string? entityTag, TimeSpan latency, TimeProvider time) =>
        new(null, response, time)
        {
            Uri = uri,
            EntityTag = entityTag,
            Length = response.Content.Headers.ContentLength,
            AsksForHashRequest = response.Headers.TryGetValues(PeerDistHeaders.ExParameters, out IEnumerable<string>? values)
                && PeerDistExParameters.Read([.. values]) is { MakeHashRequest: true },
            Latency = latency,
        };

    /// <summary>The plain content; reading it fails where it comes too slowly.</summary>
    public async Task<Stream> OpenAsync(CancellationToken cancellationToken) => new SteadyStream(
        await _response!.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), Uri, _time!);

    public void Dispose() => _response?.Dispose();
}

/// <summary>A content server as the place of last resort of a download.</summary>
/// <param name="client">Asks it.</param>
/// <param name="uri">The content.</param>
/// <param name="entityTag">The strong validator that the content must still have; null for none.</param>
internal sealed class ContentServerOrigin(ContentServerClient client, Uri uri, string? entityTag) : IContentOrigin
{
    public Task ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        client.GetMissingAsync(uri, entityTag, offset, destination, cancellationToken);
}
