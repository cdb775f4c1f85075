using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Distribution.Publishing;
using PeerNet.Engine.Distribution.Settings;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution;

/// <summary>What content distribution keeps on disks: settings, secrets, the cache, and what is published.</summary>
internal sealed class DistributionStores : IAsyncDisposable
{
    private const string SettingsFile = "distribution.json";
    private const string PublishingFile = "publishing.db";
    private const string CacheFolder = "cache";
    private const string CacheSettingsFile = "cache.json";

    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    private DistributionStores(
        DistributionContext context,
        PublishingDatabase publishing,
        DataCache cache,
        SettingsFile<DistributionSettings> settings)
    {
        (string folder, TimeProvider time, ILoggerFactory log) = (context.Options.Folder, context.Time, context.LoggerFactory);
        _time = time;
        _logger = log.CreateLogger<DistributionStores>();
        Http = new HttpShare(context.Options.MaximumConnections);
        Settings = settings;
        Secrets = new ServerSecretStore(folder, time, context.Random);
        Certificate = new OfferCertificate(folder);
        Publishing = publishing;
        Hashes = new HashCache(publishing, time);
        Cache = cache;
        Publisher = new ContentPublisher(publishing, Hashes, Secrets, OpenSink, time, log.CreateLogger<ContentPublisher>());
        Site = new PublishedSite(Publisher, log.CreateLogger<PublishedSite>());
        ContentServer = new ContentServer(new ContentListeners(
            new ContentServerHandler(Site, time, context.Random, log.CreateLogger<ContentServerHandler>()), time, log, Http));
        ContentServers = new ContentServerClient(time);
        Site.Load();
    }

    public SettingsFile<DistributionSettings> Settings { get; }

    public ServerSecretStore Secrets { get; }

    public OfferCertificate Certificate { get; }

    public PublishingDatabase Publishing { get; }

    public HashCache Hashes { get; }

    public DataCache Cache { get; }

    public ContentPublisher Publisher { get; }

    /// <summary>What is served over HTTP.</summary>
    public PublishedSite Site { get; }

    /// <summary>What the HTTP servers of the node share.</summary>
    public HttpShare Http { get; }

    /// <summary>What downloads have counted.</summary>
    public CounterSet<DownloadCounter> Downloads { get; } = new("Download");

    /// <summary>What downloads have written in part.</summary>
    public PartialFiles PartialFiles { get; } = new();

    /// <summary>Serves it.</summary>
    public ContentServer ContentServer { get; }

    /// <summary>Asks the content servers of others.</summary>
    public ContentServerClient ContentServers { get; }

    /// <summary>Whether a folder has been used by content distribution.</summary>
    public static bool Exist(string folder) =>
        File.Exists(Path.Combine(folder, SettingsFile)) || File.Exists(Path.Combine(folder, PublishingFile));

    /// <summary>Opens everything, or makes it where there is none.</summary>
    /// <exception cref="PeerException">Something is damaged, and was left as it was.</exception>
    public static DistributionStores Open(DistributionContext context)
    {
        string folder = context.Options.Folder;
        SettingsFile<DistributionSettings> settings = DistributionSettings.Open(Path.Combine(folder, SettingsFile));
        PublishingDatabase? publishing = null;
        DataCache? cache = null;
        try
        {
            publishing = PublishingDatabase.Open(Path.Combine(folder, PublishingFile));
            var options = new DataCacheOptions
            {
                SettingsPath = Path.Combine(folder, CacheSettingsFile),
                Folder = Path.Combine(folder, CacheFolder),
            };
            cache = DataCache.Open(options, context.Time, context.LoggerFactory.CreateLogger<DataCache>());
            return new(context, publishing, cache, settings);
        }
        catch
        {
            cache?.Dispose();
            publishing?.Dispose();
            throw;
        }
    }

    /// <exception cref="PeerException">The mode has no cache.</exception>
    public void RequireCache()
    {
        if (!Settings.Current.HasCache)
        {
            throw PeerErrors.DistributionUnavailable.Exception(
                "Content distribution is switched off, and with it the cache; Set-PeerDistribution -Mode Local or Distributed "
                + "switches it on.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Ending.RunAsync(
            Ending.Of(ContentServer),
            Ending.At(ContentServers.Dispose),
            Ending.At(Cache.Dispose),
            Ending.At(Publishing.Dispose),
            Ending.At(Certificate.Dispose)).ConfigureAwait(false);
    }

    private IContentSink? OpenSink(PeerPublishRequest request)
    {
        CacheSink? cache = request.AddToCache ? new CacheSink(Cache) : null;
        if (request.StagingPath is not { } folder)
        {
            return cache;
        }

        HashSet<SegmentId> known = request.ReferenceFile is { } list ? SegmentList.Read(list) : [];
        var staging = new StagingSink(StagingFolder.Open(folder, _time, _logger), known);
        return cache is null ? staging : new SinkChain([cache, staging]);
    }
}
