namespace PeerNet.Engine.Distribution;

/// <summary>What is done with the caches of a node; what its members do stands at <see cref="IDistributionService"/>.</summary>
internal sealed class DistributionCaches(DistributionHost host)
{
    public Task<IReadOnlyList<PeerCache>> GetAsync(
        IReadOnlyList<PeerCacheType> types, PeerCacheSelection? selection, CancellationToken cancellationToken) =>
        host.WithStoresAsync<IReadOnlyList<PeerCache>>(
            stores =>
            [
                .. Has(types, PeerCacheType.Data) ? [stores.Cache.Administration.Get(selection)] : Array.Empty<PeerCache>(),
                .. Has(types, PeerCacheType.Hash) ? [DescribeHashes(stores)] : Array.Empty<PeerCache>(),
            ],
            cancellationToken);

    public async Task<PeerCache> SetAsync(PeerCacheChange change, CancellationToken cancellationToken)
    {
        DistributionStores stores = await host.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await stores.Cache.Administration.ChangeAsync(change, cancellationToken).ConfigureAwait(false);
    }

    public Task<long> MeasureLossAsync(PeerCacheChange change, CancellationToken cancellationToken) =>
        host.WithStoresAsync(stores => stores.Cache.Administration.MeasureLoss(change), cancellationToken);

    public async Task ClearAsync(
        IReadOnlyList<PeerCacheType> types, PeerCacheSelection selection, CancellationToken cancellationToken)
    {
        DistributionStores stores = await host.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (Has(types, PeerCacheType.Data))
        {
            await stores.Cache.Administration.ClearAsync(selection, cancellationToken).ConfigureAwait(false);
        }

        if (Has(types, PeerCacheType.Hash))
        {
            stores.Hashes.Clear();
        }
    }

    public async Task ExportAsync(
        string destination,
        string? stagingPath,
        string? referenceFile,
        bool overwrite,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        DistributionStores stores = await host.OpenAsync(cancellationToken).ConfigureAwait(false);
        await Task.Run(
            () => stores.Cache.ExportAsync(destination, stagingPath, referenceFile, overwrite, progress, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<PeerCacheImportResult> ImportAsync(
        string package, Guid tag, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken)
    {
        DistributionStores stores = await host.OpenAsync(cancellationToken).ConfigureAwait(false);
        stores.RequireCache();
        await host.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await Task.Run(
            () => stores.Cache.ImportAsync(package, tag, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public async Task<PeerCacheImportResult> ImportDataAsync(
        PeerContentInformation information,
        string path,
        Guid tag,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        DistributionStores stores = await host.OpenAsync(cancellationToken).ConfigureAwait(false);
        stores.RequireCache();
        await host.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await Task.Run(
            () => stores.Cache.ImportDataAsync(information, path, start: 0, tag, progress, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    private static bool Has(IReadOnlyList<PeerCacheType> types, PeerCacheType type) => types.Count == 0 || types.Contains(type);

    private static PeerCache DescribeHashes(DistributionStores stores)
    {
        (int files, long size) = stores.Hashes.Measure();
        return new()
        {
            Type = PeerCacheType.Hash,
            Path = stores.Publishing.Location,
            MaxSize = stores.Hashes.MaximumSize,
            CurrentSize = size,
            ActiveSegments = files,
        };
    }
}
