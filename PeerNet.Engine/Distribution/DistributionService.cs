using PeerNet.Engine.Distribution.Content.Protocol;

namespace PeerNet.Engine.Distribution;

/// <summary>
/// Content distribution of one node. Its stores are opened when they are first needed, and the network when content is
/// published, received or taken in, or when it is asked for. A node that has served before does so from its start.
/// </summary>
internal sealed class DistributionService : IDistributionService, IAsyncDisposable
{
    private readonly DistributionHost _host;
    private readonly DistributionSetup _setup;
    private readonly DistributionContent _content;
    private readonly DistributionDownloads _downloads;
    private readonly DistributionCaches _caches;

    public DistributionService(DistributionContext context)
    {
        _host = new DistributionHost(context);
        Report = new DistributionReport(_host, context.Options);
        _setup = new DistributionSetup(_host, Report, context.Observer, context.Random);
        _content = new DistributionContent(_host);
        _downloads = new DistributionDownloads(_host, context.Time, context.Random);
        _caches = new DistributionCaches(_host);
    }

    /// <summary>What it listens on.</summary>
    public DistributionReport Report { get; }

    /// <summary>Opens its sockets as its mode wants them, unless they are open.</summary>
    /// <exception cref="Core.PeerException">A port that was asked for is taken, or a store is damaged.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => _host.ConnectAsync(cancellationToken);

    /// <inheritdoc cref="DistributionHost.ResumeAsync(CancellationToken)"/>
    public Task ResumeAsync(CancellationToken cancellationToken) => _host.ResumeAsync(cancellationToken);

    /// <summary>Leaves the network and closes the stores.</summary>
    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <inheritdoc/>
    public Task<IReadOnlyList<PeerContentInformation>> PublishAsync(
        PeerPublishRequest request, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken) =>
        _content.PublishAsync(request, progress, cancellationToken);

    /// <inheritdoc/>
    public Task UnpublishAsync(string contentId, CancellationToken cancellationToken) =>
        _content.UnpublishAsync(contentId, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PeerPublishedContent>> GetPublishedAsync(CancellationToken cancellationToken) =>
        _content.GetPublishedAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<PeerPublishedContent?> FindPublishedAsync(string contentId, CancellationToken cancellationToken) =>
        _content.FindPublishedAsync(contentId, cancellationToken);

    /// <inheritdoc/>
    public Task<PeerContentInformation> GetInformationAsync(
        string contentId, PeerContentVersion? version, long offset, long? length, CancellationToken cancellationToken) =>
        _content.GetInformationAsync(contentId, version, offset, length, cancellationToken);

    /// <inheritdoc/>
    public Task<PeerContentInformation> ComputeInformationAsync(
        string path,
        PeerContentVersion? version,
        long offset,
        long? length,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken) =>
        _content.ComputeInformationAsync(path, version, offset, length, progress, cancellationToken);

    /// <inheritdoc/>
    public Task<PeerContentInformation> FetchInformationAsync(
        Uri uri, PeerContentVersion? version, long offset, long? length, CancellationToken cancellationToken) =>
        _content.FetchInformationAsync(uri, version, offset, length, cancellationToken);

    /// <inheritdoc/>
    public PeerContentInformation ReadInformation(ReadOnlyMemory<byte> bytes, string? origin) =>
        ContentInformationCodec.Read(bytes.Span, origin);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> WriteInformation(PeerContentInformation information) =>
        ContentInformationCodec.Write(information);

    /// <inheritdoc/>
    public Task<PeerContentReceipt> ReceiveAsync(
        PeerReceiveRequest request, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken) =>
        _downloads.ReceiveAsync(request, progress, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PeerCache>> GetCachesAsync(
        IReadOnlyList<PeerCacheType> types, PeerCacheSelection? selection, CancellationToken cancellationToken) =>
        _caches.GetAsync(types, selection, cancellationToken);

    /// <inheritdoc/>
    public Task<PeerCache> SetCacheAsync(PeerCacheChange change, CancellationToken cancellationToken) =>
        _caches.SetAsync(change, cancellationToken);

    /// <inheritdoc/>
    public Task<long> MeasureLossAsync(PeerCacheChange change, CancellationToken cancellationToken) =>
        _caches.MeasureLossAsync(change, cancellationToken);

    /// <inheritdoc/>
    public Task ClearCacheAsync(
        IReadOnlyList<PeerCacheType> types, PeerCacheSelection selection, CancellationToken cancellationToken) =>
        _caches.ClearAsync(types, selection, cancellationToken);

    /// <inheritdoc/>
    public Task ExportCacheAsync(
        string destination,
        string? stagingPath,
        string? referenceFile,
        bool overwrite,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken) =>
        _caches.ExportAsync(destination, stagingPath, referenceFile, overwrite, progress, cancellationToken);

    /// <inheritdoc/>
    public Task<PeerCacheImportResult> ImportCacheAsync(
        string package, Guid tag, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken) =>
        _caches.ImportAsync(package, tag, progress, cancellationToken);

    /// <inheritdoc/>
    public Task<PeerCacheImportResult> ImportDataAsync(
        PeerContentInformation information,
        string path,
        Guid tag,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken) =>
        _caches.ImportDataAsync(information, path, tag, progress, cancellationToken);

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>> ExportKeyAsync(
        ReadOnlyMemory<char> passphrase, CancellationToken cancellationToken) =>
        _setup.ExportKeyAsync(passphrase, cancellationToken);

    /// <inheritdoc/>
    public async Task<PeerDistributionStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        await await _host.WithStoresAsync(Report.DescribeAsync, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<PeerDistributionStatus> ConfigureAsync(
        PeerDistributionChange change, CancellationToken cancellationToken) =>
        _setup.ConfigureAsync(change, cancellationToken);

    /// <inheritdoc/>
    public Task ResetAsync(bool statisticsOnly, bool keepCache, CancellationToken cancellationToken) =>
        _setup.ResetAsync(statisticsOnly, keepCache, cancellationToken);
}
