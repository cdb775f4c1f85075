using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Distribution.Publishing;

namespace PeerNet.Engine.Distribution;

/// <summary>Publishes content and describes it; what its members do stands at <see cref="IDistributionService"/>.</summary>
internal sealed class DistributionContent(DistributionHost host)
{
    public async Task<IReadOnlyList<PeerContentInformation>> PublishAsync(
        PeerPublishRequest request, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken)
    {
        HttpPrefix? prefix = request.HttpPrefix is { } text ? HttpPrefix.Parse(text) : null;
        DistributionNetwork network = await host.ConnectAsync(cancellationToken).ConfigureAwait(false);
        DistributionStores stores = network.Stores;
        if (request.AddToCache)
        {
            stores.RequireCache();
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

    public async Task UnpublishAsync(string contentId, CancellationToken cancellationToken)
    {
        DistributionStores stores = await host.OpenAsync(cancellationToken).ConfigureAwait(false);
        stores.Publisher.Unpublish(contentId);
        await ReleaseAsync(stores, stores.Site.Remove(contentId)).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<PeerPublishedContent>> GetPublishedAsync(CancellationToken cancellationToken) =>
        host.WithStoresAsync(stores => stores.Publisher.GetPublished(), cancellationToken);

    public Task<PeerPublishedContent?> FindPublishedAsync(string contentId, CancellationToken cancellationToken) =>
        host.WithStoresAsync(stores => stores.Publisher.FindPublication(contentId)?.Content, cancellationToken);

    public Task<PeerContentInformation> GetInformationAsync(
        string contentId, PeerContentVersion? version, long offset, long? length, CancellationToken cancellationToken) =>
        host.WithStoresAsync(stores => stores.Publisher.GetInformation(contentId, version, offset, length), cancellationToken);

    public async Task<PeerContentInformation> ComputeInformationAsync(
        string path,
        PeerContentVersion? version,
        long offset,
        long? length,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        DistributionStores stores = await host.OpenAsync(cancellationToken).ConfigureAwait(false);
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

    public async Task<PeerContentInformation> FetchInformationAsync(
        Uri uri, PeerContentVersion? version, long offset, long? length, CancellationToken cancellationToken)
    {
        DistributionStores stores = await host.OpenAsync(cancellationToken).ConfigureAwait(false);
        using ContentServerAnswer answer = await stores.ContentServers
            .GetAsync(uri, version, offset, length, isHashRequest: false, cancellationToken).ConfigureAwait(false);
        return answer.Information ?? throw PeerErrors.InvalidData.Exception(
            answer.AsksForHashRequest
                ? $"The server of '{uri}' is hashing the content; ask again soon."
                : $"The server of '{uri}' sends the content itself: it has no content information for it.",
            uri);
    }

    private static Task ReleaseAsync(DistributionStores stores, HttpPrefix? prefix) =>
        prefix is null ? Task.CompletedTask : stores.ContentServer.ReleaseAsync(prefix);
}
