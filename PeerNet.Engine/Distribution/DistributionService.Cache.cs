using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution;

internal sealed partial class DistributionService
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<PeerCache>> GetCachesAsync(
        IReadOnlyList<PeerCacheType> types, PeerCacheSelection? selection, CancellationToken cancellationToken) =>
        WithStoresAsync<IReadOnlyList<PeerCache>>(
            stores =>
            [
                .. Has(types, PeerCacheType.Data) ? [stores.Cache.Administration.Get(selection)] : Array.Empty<PeerCache>(),
                .. Has(types, PeerCacheType.Hash) ? [DescribeHashes(stores)] : Array.Empty<PeerCache>(),
            ],
            cancellationToken);

    /// <inheritdoc/>
    public async Task<PeerCache> SetCacheAsync(PeerCacheChange change, CancellationToken cancellationToken)
    {
        DistributionStores stores = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await stores.Cache.Administration.ChangeAsync(change, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<long> MeasureLossAsync(PeerCacheChange change, CancellationToken cancellationToken) =>
        WithStoresAsync(stores => stores.Cache.Administration.MeasureLoss(change), cancellationToken);

    /// <inheritdoc/>
    public async Task ClearCacheAsync(
        IReadOnlyList<PeerCacheType> types, PeerCacheSelection selection, CancellationToken cancellationToken)
    {
        DistributionStores stores = await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (Has(types, PeerCacheType.Data))
        {
            await stores.Cache.Administration.ClearAsync(selection, cancellationToken).ConfigureAwait(false);
        }

        if (Has(types, PeerCacheType.Hash))
        {
            stores.Hashes.Clear();
        }
    }

    /// <inheritdoc/>
    public async Task ExportCacheAsync(
        string destination,
        string? stagingPath,
        string? referenceFile,
        bool overwrite,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        DistributionStores stores = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await Task.Run(
            () => stores.Cache.ExportAsync(destination, stagingPath, referenceFile, overwrite, progress, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<PeerCacheImportResult> ImportCacheAsync(
        string package, Guid tag, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken)
    {
        DistributionStores stores = await OpenAsync(cancellationToken).ConfigureAwait(false);
        RequireCache(stores);
        await ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await Task.Run(
            () => stores.Cache.ImportAsync(package, tag, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<PeerCacheImportResult> ImportDataAsync(
        PeerContentInformation information,
        string path,
        Guid tag,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        DistributionStores stores = await OpenAsync(cancellationToken).ConfigureAwait(false);
        RequireCache(stores);
        await ConnectAsync(cancellationToken).ConfigureAwait(false);
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

    private static void RequireCache(DistributionStores stores)
    {
        if (!stores.Settings.Current.HasCache)
        {
            throw PeerErrors.DistributionUnavailable.Exception(
                "Content distribution is switched off, and with it the cache; Set-PeerDistribution -Mode Local or Distributed "
                + "switches it on.");
        }
    }
}
