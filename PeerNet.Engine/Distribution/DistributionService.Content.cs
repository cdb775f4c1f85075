using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content.Protocol;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Distribution.Publishing;

namespace PeerNet.Engine.Distribution;

internal sealed partial class DistributionService
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<PeerContentInformation>> PublishAsync(
        PeerPublishRequest request, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken)
    {
        HttpPrefix? prefix = request.HttpPrefix is { } text ? HttpPrefix.Parse(text) : null;
        DistributionNetwork network = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        DistributionStores stores = _stores!;
        if (request.AddToCache)
        {
            RequireCache(stores);
        }

        if (prefix is not null)
        {
            await stores.ContentServer.TakeAsync(prefix, cancellationToken).ConfigureAwait(false);
        }

        // What a publication has taken it holds: either this one does, or what was there before is free now.
        HttpPrefix? free = prefix;
        try
        {
            Published published =
                await stores.Publisher.PublishAsync(request, progress, cancellationToken).ConfigureAwait(false);
            free = stores.Site.Update(published, prefix);
            if (request.AddToCache)
            {
                network.OfferPublished(published.Information);
            }

            return published.Information;
        }
        finally
        {
            await ReleaseAsync(stores, free).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task UnpublishAsync(string contentId, CancellationToken cancellationToken)
    {
        DistributionStores stores = await OpenAsync(cancellationToken).ConfigureAwait(false);
        stores.Publisher.Unpublish(contentId);
        await ReleaseAsync(stores, stores.Site.Remove(contentId)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<PeerPublishedContent>> GetPublishedAsync(CancellationToken cancellationToken) =>
        WithStoresAsync(stores => stores.Publisher.GetPublished(), cancellationToken);

    /// <inheritdoc/>
    public Task<PeerPublishedContent?> FindPublishedAsync(string contentId, CancellationToken cancellationToken) =>
        WithStoresAsync(stores => stores.Publisher.FindPublication(contentId)?.Content, cancellationToken);

    /// <inheritdoc/>
    public Task<PeerContentInformation> GetInformationAsync(
        string contentId, PeerContentVersion? version, long offset, long? length, CancellationToken cancellationToken) =>
        WithStoresAsync(stores => stores.Publisher.GetInformation(contentId, version, offset, length), cancellationToken);

    /// <inheritdoc/>
    public async Task<PeerContentInformation> ComputeInformationAsync(
        string path,
        PeerContentVersion? version,
        long offset,
        long? length,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        DistributionStores stores = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await Task.Run(
            () => stores.Publisher.ComputeInformationAsync(
                path,
                version ?? stores.Settings.Current.PreferredVersion,
                offset,
                length,
                progress,
                cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<PeerContentInformation> FetchInformationAsync(
        Uri uri, PeerContentVersion? version, long offset, long? length, CancellationToken cancellationToken)
    {
        DistributionStores stores = await OpenAsync(cancellationToken).ConfigureAwait(false);
        using ContentServerAnswer answer = await stores.ContentServers
            .GetAsync(uri, version, offset, length, isHashRequest: false, cancellationToken).ConfigureAwait(false);
        return answer.Information ?? throw PeerErrors.InvalidData.Exception(
            answer.AsksForHashRequest
                ? $"The server of '{uri}' is hashing the content; ask again soon."
                : $"The server of '{uri}' sends the content itself: it has no content information for it.",
            uri);
    }

    /// <inheritdoc/>
    public PeerContentInformation ReadInformation(ReadOnlyMemory<byte> bytes, string? origin) =>
        ContentInformationCodec.Read(bytes.Span, origin);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> WriteInformation(PeerContentInformation information) =>
        ContentInformationCodec.Write(information);

    private static Task ReleaseAsync(DistributionStores stores, HttpPrefix? prefix) =>
        prefix is null ? Task.CompletedTask : stores.ContentServer.ReleaseAsync(prefix);

    /// <inheritdoc/>
    public async Task<PeerContentReceipt> ReceiveAsync(
        PeerReceiveRequest request, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken)
    {
        DistributionNetwork network = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        return request.Uri is null
            ? await ReceiveDescribedAsync(network, request, request.Information!, progress, cancellationToken).ConfigureAwait(false)
            : await ReceiveFromServerAsync(network, request, request.Uri, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task<PeerContentReceipt> ReceiveDescribedAsync(
        DistributionNetwork network,
        PeerReceiveRequest request,
        PeerContentInformation information,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        using FileOrigin? file = request.SourcePath is { } path ? new FileOrigin(path) : null;
        IContentOrigin? origin = request.SourceUri is { } uri
            ? new ContentServerOrigin(_stores!.ContentServers, uri, entityTag: null)
            : file;
        return await DownloadAsync(network, information, request, origin, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task<PeerContentReceipt> ReceiveFromServerAsync(
        DistributionNetwork network,
        PeerReceiveRequest request,
        Uri uri,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        ContentServerClient servers = _stores!.ContentServers;
        PeerContentVersion? version = _stores!.Settings.Current.PreferredVersion == PeerContentVersion.V1
            ? PeerContentVersion.V1
            : null;
        using ContentServerAnswer answer = await servers
            .GetAsync(uri, version, request.Offset, request.Length, isHashRequest: false, cancellationToken)
            .ConfigureAwait(false);
        if (answer.Information is { } information)
        {
            var origin = new ContentServerOrigin(servers, request.SourceUri ?? answer.Uri, answer.EntityTag);
            return await DownloadAsync(network, information, request, origin, progress, cancellationToken).ConfigureAwait(false);
        }

        PeerContentReceipt receipt = await new PlainDownload(servers, _time, _random)
            .RunAsync(answer, request, progress, cancellationToken).ConfigureAwait(false);
        if (answer.AsksForHashRequest && !request.NoCache)
        {
            network.TakeInLater(new(uri, version, request.Offset, request.Length, request.Path, request.Tag), answer.Latency);
        }

        return receipt;
    }

    private static async Task<PeerContentReceipt> DownloadAsync(
        DistributionNetwork network,
        PeerContentInformation information,
        PeerReceiveRequest request,
        IContentOrigin? origin,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        DownloadResult result = await Task.Run(
            () => network.Downloader.DownloadAsync(information, request, origin, progress, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        network.Offer(information, result.NewSegments, request.Tag);
        return result.Receipt;
    }
}
