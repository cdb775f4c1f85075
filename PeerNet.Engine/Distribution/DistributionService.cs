using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Distribution.Settings;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Distribution;

/// <summary>
/// Content distribution of one node. Its stores are opened when they are first needed, and the network when content is
/// published, received or taken in, or when it is asked for. A node that has served before does so from its start.
/// </summary>
internal sealed partial class DistributionService : IDistributionService, IAsyncDisposable
{
    private readonly DistributionServiceOptions _options;
    private readonly INetworkInterfaces _interfaces;
    private readonly IMulticastNetwork _multicast;
    private readonly IDistributionObserver _observer;
    private readonly TimeProvider _time;
    private readonly IRandomSource _random;
    private readonly ILoggerFactory _loggerFactory;
    private readonly Battery _battery = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private DistributionStores? _stores;
    private DistributionNetwork? _network;
    private string? _networkFailure;
    private bool _isSiteServed;
    private bool _isStopped;

    public DistributionService(
        DistributionServiceOptions options,
        INetworkInterfaces interfaces,
        IMulticastNetwork multicast,
        IDistributionObserver observer,
        TimeProvider time,
        IRandomSource random,
        ILoggerFactory loggerFactory)
    {
        _options = options;
        _interfaces = interfaces;
        _multicast = multicast;
        _observer = observer;
        _time = time;
        _random = random;
        _loggerFactory = loggerFactory;
    }

    /// <summary>Whether it listens.</summary>
    public bool IsServing => _network is not null || ContentPorts.Length > 0;

    /// <summary>The ports it listens on, by what for.</summary>
    public IReadOnlyDictionary<string, int> Ports
    {
        get
        {
            int[] content = ContentPorts;
            return new (string Name, int Port)[]
            {
                ("Retrieval", _network?.RetrievalPort ?? 0),
                ("Discovery", _network?.DiscoveryPort ?? 0),
                ("Offers", _network?.OfferPort ?? 0),
            }
                .Where(port => port.Port > 0)
                .Concat(content.Select(port => (content.Length == 1 ? "Content" : $"Content {port}", port)))
                .ToDictionary(port => port.Item1, port => port.Item2);
        }
    }

    private int[] ContentPorts =>
    [
        .. (_stores?.ContentServer.Prefixes ?? [])
            .Where(prefix => prefix.Failure is null).Select(prefix => prefix.Prefix.Port).Distinct(),
    ];

    /// <summary>Opens its sockets as its mode wants them, unless they are open.</summary>
    /// <exception cref="PeerException">A port that was asked for is taken, or a store is damaged.</exception>
    public async Task StartAsync(CancellationToken cancellationToken) =>
        await ConnectAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Serves what was served when the node was stopped: published content, a hosted cache, and peers, where
    /// there is something for them. A node that has never distributed anything opens nothing, and what cannot be served is
    /// told and keeps nothing else from working.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        if (!DistributionStores.Exist(_options.Folder))
        {
            return;
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            DistributionStores stores = Open();
            await ServeSiteAsync(stores, cancellationToken).ConfigureAwait(false);
            if (stores.Settings.Current.Mode == PeerDistributionMode.HostedServer
                || (stores.Settings.Current.Discovers && stores.Cache.Count > 0))
            {
                await ConnectAsync(stores, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PeerException failure)
        {
            _observer.Failed(nameof(Distribution), failure.Message);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Leaves the network and closes the stores.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _isStopped = true;
            await DisconnectAsync().ConfigureAwait(false);
            if (_stores is { } stores)
            {
                await stores.DisposeAsync().ConfigureAwait(false);
                _stores = null;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<PeerDistributionStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        await await WithStoresAsync(DescribeAsync, cancellationToken).ConfigureAwait(false);

    public async Task<PeerDistributionStatus> ConfigureAsync(
        PeerDistributionChange change, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            DistributionStores stores = Open();
            DistributionSettings before = stores.Settings.Current;
            DistributionSettings after = DistributionRules.Apply(
                before, change, change.Certificate is not null || stores.Certificate.Current is not null);
            ServerSecret? secret = ReadSecret(change);
            if (change.Certificate is { } certificate)
            {
                stores.Certificate.Replace(certificate);
            }

            await ReconnectAsync(stores, before, after, cancellationToken).ConfigureAwait(false);
            if (secret is not null)
            {
                stores.Secrets.Replace(secret);
            }

            PeerDistributionStatus status = await DescribeAsync(stores).ConfigureAwait(false);
            _observer.DistributionChanged(status);
            return status;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<ReadOnlyMemory<byte>> ExportKeyAsync(
        ReadOnlyMemory<char> passphrase, CancellationToken cancellationToken) =>
        await WithStoresAsync(
            stores => (ReadOnlyMemory<byte>)SecretKeyFile.Write(stores.Secrets.Current, passphrase.Span), cancellationToken).ConfigureAwait(false);

    public async Task ResetAsync(bool statisticsOnly, bool keepCache, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            DistributionStores stores = Open();
            if (statisticsOnly)
            {
                _baseline = Count(stores);
                return;
            }

            if (!keepCache)
            {
                await stores.Cache.Administration.ClearAsync(new(), cancellationToken).ConfigureAwait(false);
                stores.Hashes.Clear();
            }

            stores.Certificate.Remove();
            stores.Secrets.Replace(ServerSecret.Create(_random));
            await ReconnectAsync(stores, stores.Settings.Current, new(), cancellationToken).ConfigureAwait(false);
            _baseline = Count(stores);
            _observer.DistributionChanged(await DescribeAsync(stores).ConfigureAwait(false));
        }
        finally
        {
            _gate.Release();
        }
    }

    private static ServerSecret? ReadSecret(PeerDistributionChange change) =>
        change.SecretPassphrase is { } passphrase ? ServerSecret.FromPassphrase(passphrase.Span)
        : change.SecretKeyFile is { } file
            ? SecretKeyFile.Read(file.Span, (change.SecretKeyPassphrase ?? default).Span, origin: null)
        : null;

    // The network with the new settings is there before they are kept: a port that is taken changes nothing.
    private async Task ReconnectAsync(
        DistributionStores stores,
        DistributionSettings before,
        DistributionSettings after,
        CancellationToken cancellationToken)
    {
        await DisconnectAsync().ConfigureAwait(false);
        try
        {
            _network = await DistributionNetwork.StartAsync(CreateContext(stores), after, _battery, cancellationToken)
                .ConfigureAwait(false);
            stores.Settings.Save(after);
            _networkFailure = null;
        }
        catch
        {
            await DisconnectAsync().ConfigureAwait(false);
            _network = await DistributionNetwork.StartAsync(CreateContext(stores), before, _battery, cancellationToken)
                .ConfigureAwait(false);
            throw;
        }
    }

    private async Task DisconnectAsync()
    {
        if (_network is { } network)
        {
            _network = null;
            await network.DisposeAsync().ConfigureAwait(false);
        }
    }

    private DistributionStores Open()
    {
        if (_isStopped)
        {
            throw PeerErrors.NotInitialized.Exception("The node has been stopped.");
        }

        return _stores ??= DistributionStores.Open(
            _options.Folder, _time, _random, _loggerFactory, new HttpShare(_options.MaximumConnections));
    }

    private async Task<DistributionNetwork> ConnectAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            DistributionStores stores = Open();
            await ServeSiteAsync(stores, cancellationToken).ConfigureAwait(false);
            return _network ?? await ConnectAsync(stores, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<DistributionNetwork> ConnectAsync(DistributionStores stores, CancellationToken cancellationToken)
    {
        try
        {
            DistributionNetwork network = await DistributionNetwork
                .StartAsync(CreateContext(stores), stores.Settings.Current, _battery, cancellationToken).ConfigureAwait(false);
            _networkFailure = null;
            return _network = network;
        }
        catch (PeerException failure)
        {
            _networkFailure = failure.Message;
            throw;
        }
    }

    // What was served when the node was stopped is served again. A port that somebody else has now costs its prefixes only.
    private async Task ServeSiteAsync(DistributionStores stores, CancellationToken cancellationToken)
    {
        if (_isSiteServed)
        {
            return;
        }

        // The socket of every address serves for one of them too, but not the other way round.
        IEnumerable<KeyValuePair<HttpPrefix, int>> prefixes =
            stores.Site.CountPrefixes().OrderByDescending(prefix => prefix.Key.Authority.IsAny);
        foreach ((HttpPrefix prefix, int count) in prefixes)
        {
            if (await stores.ContentServer.ResumeAsync(prefix, count, cancellationToken).ConfigureAwait(false) is { } failure)
            {
                _observer.Failed(prefix.ToString(), failure);
            }
        }

        _isSiteServed = true;
    }

    private DistributionContext CreateContext(DistributionStores stores)
    {
        WebFramework.Require();
        return new(_options, stores, _interfaces, _multicast, _observer, _time, _random, _loggerFactory);
    }

    private async Task<DistributionStores> OpenAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return Open();
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<T> WithStoresAsync<T>(Func<DistributionStores, T> work, CancellationToken cancellationToken)
    {
        DistributionStores stores = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => work(stores), cancellationToken).ConfigureAwait(false);
    }
}
