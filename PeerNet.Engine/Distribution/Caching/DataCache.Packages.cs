using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Caching;

internal sealed partial class DataCache
{
    /// <summary>Packs the cache, or a staging folder, into one file.</summary>
    /// <param name="destination">The file.</param>
    /// <param name="stagingPath">The staging folder; null for the cache.</param>
    /// <param name="referenceFile">Takes the list of what is in the package; null for none.</param>
    /// <param name="overwrite">Whether existing files are replaced.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Gives up; no file is left.</param>
    /// <exception cref="PeerException">The file exists already or cannot be written, or the folder is no staging folder.</exception>
    public async Task ExportAsync(
        string destination,
        string? stagingPath,
        string? referenceFile,
        bool overwrite,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        using SegmentStore? staging = stagingPath is null ? null : StagingFolder.OpenExisting(stagingPath, _time, _logger);
        SegmentStore store = staging ?? GetStore();
        await CachePackage.ExportAsync(store, destination, overwrite, progress, cancellationToken).ConfigureAwait(false);
        if (referenceFile is not null)
        {
            SegmentList.Write(referenceFile, store.ListIds(), overwrite);
        }
    }

    /// <summary>Takes a package into the cache; each block is checked.</summary>
    /// <exception cref="PeerException">The file is no package, is damaged, or cannot be read.</exception>
    public Task<PeerCacheImportResult> ImportAsync(
        string package, Guid tag, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken) =>
        CachePackage.ImportAsync(GetStore(), package, tag, progress, cancellationToken);

    /// <summary>Takes the content of a file into the cache, as far as it is what the information says.</summary>
    /// <param name="information">What describes the content.</param>
    /// <param name="path">The file.</param>
    /// <param name="start">Where in the content the file begins.</param>
    /// <param name="tag">What the segments are tagged with.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Gives up; what has been taken in stays.</param>
    /// <exception cref="PeerException">The file cannot be read.</exception>
    public Task<PeerCacheImportResult> ImportDataAsync(
        PeerContentInformation information,
        string path,
        long start,
        Guid tag,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken) =>
        CachePackage.ImportDataAsync(GetStore(), information, path, start, tag, progress, cancellationToken);
}
