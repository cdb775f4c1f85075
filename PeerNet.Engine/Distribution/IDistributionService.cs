namespace PeerNet.Engine.Distribution;

/// <summary>Content distribution of one node. Every failure is a <see cref="Core.PeerException"/>.</summary>
public interface IDistributionService
{
    /// <summary>Hashes content and publishes it; nothing is published where the file changes meanwhile.</summary>
    /// <returns>The information, one for each version asked for; none for content of no length.</returns>
    Task<IReadOnlyList<PeerContentInformation>> PublishAsync(
        PeerPublishRequest request, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Ends the publication. Information that was handed out stays usable.</summary>
    Task UnpublishAsync(string contentId, CancellationToken cancellationToken);

    /// <summary>What is published.</summary>
    Task<IReadOnlyList<PeerPublishedContent>> GetPublishedAsync(CancellationToken cancellationToken);

    /// <summary>What is published under an id; null for nothing.</summary>
    Task<PeerPublishedContent?> FindPublishedAsync(string contentId, CancellationToken cancellationToken);

    /// <summary>The information of published content, or of a range of it.</summary>
    Task<PeerContentInformation> GetInformationAsync(
        string contentId, PeerContentVersion? version, long offset, long? length, CancellationToken cancellationToken);

    /// <summary>Hashes a file without publishing it.</summary>
    Task<PeerContentInformation> ComputeInformationAsync(
        string path,
        PeerContentVersion? version,
        long offset,
        long? length,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken);

    /// <summary>Asks a content server for information (MS-PCCRTP).</summary>
    Task<PeerContentInformation> FetchInformationAsync(
        Uri uri, PeerContentVersion? version, long offset, long? length, CancellationToken cancellationToken);

    /// <summary>Reads the bytes of information, wherever they come from.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="origin">What they were read from, for messages; null where that has no name.</param>
    PeerContentInformation ReadInformation(ReadOnlyMemory<byte> bytes, string? origin);

    /// <summary>The bytes of information, as on the wire.</summary>
    ReadOnlyMemory<byte> WriteInformation(PeerContentInformation information);

    /// <summary>Downloads content and checks it.</summary>
    Task<PeerContentReceipt> ReceiveAsync(
        PeerReceiveRequest request, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken);

    /// <summary>The caches.</summary>
    /// <param name="types">Which; empty for all.</param>
    /// <param name="selection">Which segments to list; null for none of them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<PeerCache>> GetCachesAsync(
        IReadOnlyList<PeerCacheType> types, PeerCacheSelection? selection, CancellationToken cancellationToken);

    /// <summary>Changes the data cache.</summary>
    Task<PeerCache> SetCacheAsync(PeerCacheChange change, CancellationToken cancellationToken);

    /// <summary>How many bytes a change would remove from the data cache.</summary>
    Task<long> MeasureLossAsync(PeerCacheChange change, CancellationToken cancellationToken);

    /// <summary>Removes from the caches. Published files are not touched.</summary>
    Task ClearCacheAsync(
        IReadOnlyList<PeerCacheType> types, PeerCacheSelection selection, CancellationToken cancellationToken);

    /// <summary>Packs the data cache, or a staging folder, into one file. It holds plaintext and secrets.</summary>
    /// <param name="destination">The file, a full path.</param>
    /// <param name="stagingPath">The staging folder; null for the data cache.</param>
    /// <param name="referenceFile">Takes the list of the segments in the package; null for none.</param>
    /// <param name="overwrite">Whether existing files are replaced.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Gives up; no file is left.</param>
    Task ExportCacheAsync(
        string destination,
        string? stagingPath,
        string? referenceFile,
        bool overwrite,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken);

    /// <summary>Takes a package into the data cache; each block is checked again.</summary>
    Task<PeerCacheImportResult> ImportCacheAsync(
        string package, Guid tag, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Takes the content of a file into the data cache, as far as it is what the information says.</summary>
    Task<PeerCacheImportResult> ImportDataAsync(
        PeerContentInformation information,
        string path,
        Guid tag,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken);

    /// <summary>The server secret as a file (MS-PCCRC 2.5).</summary>
    Task<ReadOnlyMemory<byte>> ExportKeyAsync(ReadOnlyMemory<char> passphrase, CancellationToken cancellationToken);

    /// <summary>Distribution as it is now, with all its parts.</summary>
    Task<PeerDistributionStatus> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>Changes the settings and lets them work.</summary>
    Task<PeerDistributionStatus> ConfigureAsync(PeerDistributionChange change, CancellationToken cancellationToken);

    /// <summary>Puts everything back to how it was at first.</summary>
    /// <param name="statisticsOnly">Only the counters.</param>
    /// <param name="keepCache">The data cache stays.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task ResetAsync(bool statisticsOnly, bool keepCache, CancellationToken cancellationToken);
}
