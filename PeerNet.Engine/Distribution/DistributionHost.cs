using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Distribution.Settings;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Distribution;

/// <summary>
/// Has the stores of content distribution and what is on the network: opens them when they are first needed and, one caller at
/// a time, changes and closes them.
/// </summary>
internal sealed class DistributionHost(DistributionContext context) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private bool _isSiteServed;
    private bool _isStopped;

    /// <summary>The stores; null while nobody has needed them.</summary>
    public DistributionStores? Stores { get; private set; }

    /// <summary>What the mode has on the network; null while it is closed.</summary>
    public DistributionNetwork? Network { get; private set; }

    /// <summary>Why the network could not be opened; null where it could, or nobody has tried.</summary>
    public string? NetworkFailure { get; private set; }

    /// <summary>Where this machine has its power from.</summary>
    public Battery Battery { get; } = new();

    /// <summary>The stores, opened if need be.</summary>
    /// <exception cref="PeerException">The node has been stopped, or a store is damaged.</exception>
    public Task<DistributionStores> OpenAsync(CancellationToken cancellationToken) =>
        ChangeAsync(Task.FromResult, cancellationToken);

    /// <summary>What the mode has on the network, opened if need be.</summary>
    /// <exception cref="PeerException">The node has been stopped, a store is damaged, or a port that was asked for is
    /// taken.</exception>
    public Task<DistributionNetwork> ConnectAsync(CancellationToken cancellationToken) => ChangeAsync(
        async stores =>
        {
            await ServeSiteAsync(stores, cancellationToken).ConfigureAwait(false);
            return Network ?? await ConnectAsync(stores, cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Asks the stores for something, beside everything else.</summary>
    public async Task<T> WithStoresAsync<T>(Func<DistributionStores, T> work, CancellationToken cancellationToken)
    {
        DistributionStores stores = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => work(stores), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does something with the stores while nobody else changes, opens or closes anything.</summary>
    public async Task<T> ChangeAsync<T>(Func<DistributionStores, Task<T>> change, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await change(Open()).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Serves what was served when the node was stopped: published content, a hosted cache, and peers, where
    /// there is something for them. A node that has never distributed anything opens nothing, and what cannot be served is
    /// told and keeps nothing else from working.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        if (!DistributionStores.Exist(context.Options.Folder))
        {
            return;
        }

        try
        {
            await ChangeAsync(stores => ResumeAsync(stores, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (PeerException failure)
        {
            context.Observer.Failed(nameof(Distribution), failure.Message);
        }
    }

    /// <summary>Opens the network with other settings, which are kept then, for whoever is changing: a port that is taken
    /// changes nothing.</summary>
    public async Task ReconnectAsync(
        DistributionStores stores,
        DistributionSettings before,
        DistributionSettings after,
        CancellationToken cancellationToken)
    {
        await DisconnectAsync().ConfigureAwait(false);
        try
        {
            Network = await StartAsync(stores, after, cancellationToken).ConfigureAwait(false);
            stores.Settings.Save(after);
            NetworkFailure = null;
        }
        catch
        {
            await DisconnectAsync().ConfigureAwait(false);
            Network = await StartAsync(stores, before, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Leaves the network and closes the stores.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _isStopped = true;
            DistributionStores? stores = Stores;
            Stores = null;
            await Ending.RunAsync(DisconnectAsync, () => stores?.DisposeAsync().AsTask() ?? Task.CompletedTask).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private DistributionStores Open()
    {
        if (_isStopped)
        {
            throw PeerErrors.NotInitialized.Exception("The node has been stopped.");
        }

        return Stores ??= DistributionStores.Open(context);
    }

    private async Task<bool> ResumeAsync(DistributionStores stores, CancellationToken cancellationToken)
    {
        await ServeSiteAsync(stores, cancellationToken).ConfigureAwait(false);
        bool isNeeded = stores.Settings.Current.Mode == PeerDistributionMode.HostedServer
            || (stores.Settings.Current.Discovers && stores.Cache.Count > 0);
        if (isNeeded)
        {
            await ConnectAsync(stores, cancellationToken).ConfigureAwait(false);
        }

        return isNeeded;
    }

    private async Task<DistributionNetwork> ConnectAsync(DistributionStores stores, CancellationToken cancellationToken)
    {
        try
        {
            DistributionNetwork network =
                await StartAsync(stores, stores.Settings.Current, cancellationToken).ConfigureAwait(false);
            NetworkFailure = null;
            return Network = network;
        }
        catch (PeerException failure)
        {
            NetworkFailure = failure.Message;
            throw;
        }
    }

    private async Task<DistributionNetwork> StartAsync(
        DistributionStores stores, DistributionSettings settings, CancellationToken cancellationToken)
    {
        WebFramework.Require();
        return await DistributionNetwork.StartAsync(context, stores, settings, Battery, cancellationToken).ConfigureAwait(false);
    }

    private async Task DisconnectAsync()
    {
        if (Network is { } network)
        {
            Network = null;
            await network.DisposeAsync().ConfigureAwait(false);
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
                context.Observer.Failed(prefix.ToString(), failure);
            }
        }

        _isSiteServed = true;
    }
}

/// <summary>What content distribution is made of.</summary>
internal sealed record DistributionContext(
    DistributionServiceOptions Options,
    INetworkInterfaces Interfaces,
    IMulticastNetwork Multicast,
    IDistributionObserver Observer,
    TimeProvider Time,
    IRandomSource Random,
    ILoggerFactory LoggerFactory);

/// <summary>Told of what happens to content distribution; the node turns it into events. Must not block.</summary>
internal interface IDistributionObserver
{
    /// <summary>Its status or mode changed.</summary>
    void DistributionChanged(PeerDistributionStatus status);

    /// <summary>Something failed that no caller waits for.</summary>
    void Failed(string source, string message);
}

/// <summary>What a node's content distribution is started with; settings that people change are kept in its folder.</summary>
internal sealed record DistributionServiceOptions
{
    /// <summary>The port of retrieval where none is asked for: 80 (MS-CCROD 2.3.2) needs privilege on many systems.</summary>
    public const int DefaultRetrievalPort = 8008;

    /// <summary>The port of offers over HTTPS where none is asked for, for the same reason.</summary>
    public const int DefaultOfferPort = 8443;

    /// <summary>The folder for its state, which exists and is this node's alone.</summary>
    public required string Folder { get; init; }

    /// <summary>The local addresses to use.</summary>
    public AddressChoice Addresses { get; init; } = AddressChoice.All;

    /// <summary>The port of retrieval that was asked for when the node was started; it comes before that of the settings.</summary>
    public int? RetrievalPort { get; init; }

    /// <summary>The port of discovery.</summary>
    public int DiscoveryPort { get; init; } = Discovery.DiscoveryRunner.DefaultPort;

    /// <summary>Connections of others to all of its HTTP servers.</summary>
    public int MaximumConnections { get; init; } = DescriptorShares.MaximumHttp;

    /// <summary>The only roots by which hosted caches are known over HTTPS (MS-PCHC 3.2.3); empty for those that the system
    /// trusts.</summary>
    public IReadOnlyList<X509Certificate2> HostedCacheRoots { get; init; } = [];
}
