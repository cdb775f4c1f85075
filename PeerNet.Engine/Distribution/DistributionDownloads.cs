using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Http;

namespace PeerNet.Engine.Distribution;

/// <summary>Receives content, described or from a content server, and has it offered and taken in.</summary>
internal sealed class DistributionDownloads(DistributionHost host, TimeProvider time, IRandomSource random)
{
    /// <summary>Downloads content and checks it.</summary>
    public Task<PeerContentReceipt> ReceiveAsync(
        PeerReceiveRequest request, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken) =>
        PeerTracing.RunAsync(
            "peernet.download",
            "url.full",
            request.Uri?.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped),
            () => CountAsync(request, progress, cancellationToken),
            (activity, receipt) => activity
                .SetTag("peernet.download.length", receipt.Length)
                .SetTag("peernet.download.from_cache", receipt.BytesFromCache)
                .SetTag("peernet.download.from_peers", receipt.BytesFromPeers)
                .SetTag("peernet.download.from_hosted_cache", receipt.BytesFromHostedCache)
                .SetTag("peernet.download.from_source", receipt.BytesFromSource));

    private async Task<PeerContentReceipt> CountAsync(
        PeerReceiveRequest request, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken)
    {
        CounterSet<DownloadCounter> counters = (await host.OpenAsync(cancellationToken).ConfigureAwait(false)).Downloads;
        counters.Add(DownloadCounter.Begun);
        PeerContentReceipt receipt = await ReceiveOneAsync(request, progress, cancellationToken).ConfigureAwait(false);
        counters.Add(DownloadCounter.Completed);
        counters.Add(DownloadCounter.BytesFromCache, receipt.BytesFromCache);
        counters.Add(DownloadCounter.BytesFromPeers, receipt.BytesFromPeers);
        counters.Add(DownloadCounter.BytesFromHostedCache, receipt.BytesFromHostedCache);
        counters.Add(DownloadCounter.BytesFromSource, receipt.BytesFromSource);
        return receipt;
    }

    private async Task<PeerContentReceipt> ReceiveOneAsync(
        PeerReceiveRequest request, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken)
    {
        DistributionNetwork network = await host.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return request.Uri is null
            ? await ReceiveDescribedAsync(network, request, request.Information!, progress, cancellationToken).ConfigureAwait(false)
            : await ReceiveFromServerAsync(network, request, request.Uri, progress, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<PeerContentReceipt> ReceiveDescribedAsync(
        DistributionNetwork network,
        PeerReceiveRequest request,
        PeerContentInformation information,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        using FileOrigin? file = request.SourcePath is { } path ? new FileOrigin(path) : null;
        IContentOrigin? origin = request.SourceUri is { } uri
            ? new ContentServerOrigin(network.Stores.ContentServers, uri, entityTag: null)
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
        ContentServerClient servers = network.Stores.ContentServers;
        PeerContentVersion? version = network.Stores.Settings.Current.PreferredVersion == PeerContentVersion.V1
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

        PeerContentReceipt receipt = await new PlainDownload(servers, network.Stores.PartialFiles, time, random)
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

/// <summary>What downloads count when they end.</summary>
internal enum DownloadCounter
{
    /// <summary>Downloads that began.</summary>
    Begun,

    /// <summary>Downloads of which all came.</summary>
    Completed,

    /// <summary>Bytes of those from the cache of this node.</summary>
    BytesFromCache,

    /// <summary>Bytes of those from peers.</summary>
    BytesFromPeers,

    /// <summary>Bytes of those from hosted caches.</summary>
    BytesFromHostedCache,

    /// <summary>Bytes of those from their sources.</summary>
    BytesFromSource,
}
