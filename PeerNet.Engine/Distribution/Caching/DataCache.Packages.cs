using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Caching;

internal sealed partial class DataCache
{
    /// <summary>Packs the cache, or a staging folder, into one file.</summary>
    /// <exception cref="PeerException">The file exists already or cannot be written, or the folder is no staging folder.</exception>
    public async Task ExportAsync(
        string destination,
        string? stagingPath,
        bool overwrite,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (stagingPath is null)
        {
            await CachePackage.ExportAsync(GetStore(), destination, overwrite, progress, cancellationToken).ConfigureAwait(false);
            return;
        }

        using SegmentStore staging = StagingFolder.OpenExisting(stagingPath, _time, _logger);
        await CachePackage.ExportAsync(staging, destination, overwrite, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a package into the cache; each block is checked.</summary>
    /// <exception cref="PeerException">The file is no package, is damaged, or cannot be read.</exception>
    public Task<PeerCacheImportResult> ImportAsync(
        string package, Guid tag, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken) =>
        CachePackage.ImportAsync(GetStore(), package, tag, progress, cancellationToken);

    /// <summary>Takes the content of a file into the cache, as far as it is what the information says.</summary>
    /// <exception cref="PeerException">The file cannot be read.</exception>
    public Task<PeerCacheImportResult> ImportDataAsync(
        PeerContentInformation information,
        string path,
        Guid tag,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken) =>
        CachePackage.ImportDataAsync(GetStore(), information, path, tag, progress, cancellationToken);
}
