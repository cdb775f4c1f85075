using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Security;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp;

/// <summary>The names and clouds of one node. Sockets are opened when it is first used.</summary>
internal sealed class PnrpService : IPnrpService, IAsyncDisposable
{
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(250);

    // The system tells of what changes; this is for what it has not told, and reading costs more than all else that an idle node does.
    private static readonly TimeSpan RereadInterval = TimeSpan.FromMinutes(5);

    private readonly PnrpServiceOptions _options;
    private readonly CloudContext _context;
    private readonly CloudSockets _sockets;
    private readonly CloudTable _clouds;
    private readonly INetworkInterfaces _interfaces;
    private readonly RegistrationIdentities _identities;
    private readonly KeptNames _kept;
    private readonly SemaphoreSlim _starting = new(1, 1);
    private ITimer? _reread;
    private PnrpStatistics _lastStatistics = new();
    private bool _isStopped;

    public PnrpService(
        PnrpServiceOptions options,
        IIdentityService identities,
        IDatagramNetwork network,
        IMulticastNetwork multicast,
        INetworkInterfaces interfaces,
        AddressCache addressCache,
        KeptNames kept,
        IPnrpObserver observer,
        TimeProvider time,
        IRandomSource random,
        ILogger<PnrpService> logger)
    {
        _interfaces = interfaces;
        _options = options;
        _kept = kept;
        _context = new(
            SuiteAlgorithms.For(options.Suite),
            time,
            random,
            network,
            multicast,
            addressCache,
            observer,
            logger);
        _sockets = new(network, options.Port, logger);
        _clouds = new(_context, _sockets, interfaces, options);
        _identities = new(identities, options.Suite, time);
    }

    /// <summary>Whether the sockets are open.</summary>
    public bool IsStarted => _reread is not null;

    /// <summary>The node's port; 0 before it is started.</summary>
    public int Port => _sockets.Port;

    /// <summary>What a firewall must let in, listened on already or not.</summary>
    public IReadOnlyList<PeerPort> PortsToOpen =>
    [
        new("UDP", Port > 0 ? Port : _options.Port ?? SeedAddress.DefaultPort, "names"),
        new("UDP", Ssdp.Port, "discovery of nodes") { IsMulticast = true },
    ];

    /// <summary>The addresses it listens on.</summary>
    public IReadOnlyList<IPAddress> Addresses => [.. _clouds.All.SelectMany(cloud => cloud.Addresses)];

    /// <summary>Whether an identity signs for a registered name.</summary>
    public bool IsInUse(PeerName identity) => _clouds.All.Any(cloud => cloud.Names.Identities.Contains(identity));

    /// <summary>Opens the sockets, unless they are open.</summary>
    /// <exception cref="PeerException">The port asked for is taken, or the node has stopped.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        RequireRunning();
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            RequireRunning();
            if (!IsStarted)
            {
                await _clouds.StartAsync().ConfigureAwait(false);
                _reread = _context.Time.CreateTimer(_ => _ = RefreshAsync(), null, RereadInterval, RereadInterval);
                _interfaces.Changed += OnInterfacesChanged;
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Leaves all clouds.</summary>
    /// <param name="farewell">Whether names are withdrawn and neighbours told.</param>
    public async Task StopAsync(bool farewell)
    {
        await _starting.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isStopped)
            {
                return;
            }

            Volatile.Write(ref _isStopped, true);
            if (_reread is { } reread)
            {
                _interfaces.Changed -= OnInterfacesChanged;
                await Ending.RunAsync(
                    Ending.Of(reread),
                    async () => _lastStatistics = await GetStatisticsAsync().ConfigureAwait(false),
                    () => _clouds.StopAsync(farewell)).ConfigureAwait(false);
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(farewell: false).ConfigureAwait(false);
        _clouds.Dispose();
        _starting.Dispose();
    }

    /// <summary>The counters of all clouds together; those of the end once the node has stopped.</summary>
    public async Task<PnrpStatistics> GetStatisticsAsync()
    {
        try
        {
            return _clouds.All.Count == 0
                ? _lastStatistics
                : PnrpStatistics.Sum((await _clouds.DescribeAsync(includeCache: false).ConfigureAwait(false))
                    .Select(cloud => cloud.Statistics));
        }
        catch (PeerException exception) when (exception.Error == PeerErrors.NotInitialized)
        {
            return _lastStatistics;
        }
    }

    /// <summary>The clouds, where the sockets are open.</summary>
    public async Task<IReadOnlyList<PeerCloud>> MeasureAsync() =>
        IsStarted && !_isStopped ? await _clouds.DescribeAsync(includeCache: false).ConfigureAwait(false) : [];

    /// <summary>Searches in progress, a name being searched in each cloud on its own.</summary>
    public async Task<int> CountResolvesAsync() =>
        (await Task.WhenAll(_clouds.All.Select(cloud => cloud.Searches.CountAsync())).ConfigureAwait(false)).Sum();

    public async Task<IReadOnlyList<PeerNameRegistration>> RegisterAsync(
        PeerRegistrationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator.Validate(request);
        if (request.IsPersistent)
        {
            _kept.RequireWritable();
        }

        await StartAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PnrpCloud> clouds = request.Clouds.Count > 0
            ? [.. request.Clouds.Select(_clouds.Find).Distinct()]
            : _clouds.Widest();
        PeerIdentity identity = _identities.Choose(request);
        var done = new List<(PnrpCloud Cloud, PeerNameRegistration Registration, bool IsNew)>(clouds.Count);
        try
        {
            foreach (PnrpCloud cloud in clouds)
            {
                await cloud.OpenAsync().ConfigureAwait(false);
                (PeerNameRegistration registration, bool isNew) = await cloud.Names.RegisterAsync(
                    request, identity.PeerName, () => _identities.OpenKey(identity), cancellationToken)
                    .ConfigureAwait(false);
                done.Add((cloud, registration, isNew));
            }
        }
        catch
        {
            // A name that is new in some of the clouds only would surprise its owner.
            await Task.WhenAll(done.Where(entry => entry.IsNew)
                .Select(entry => entry.Cloud.Names.UnregisterAsync(entry.Registration))).ConfigureAwait(false);
            throw;
        }

        _kept.Note(request, identity.PeerName, _context.Time.GetUtcNow());
        return [.. done.Select(entry => Describe(entry.Registration))];
    }

    /// <summary>Registers again what was to last; a name that cannot be is left for the next start.</summary>
    /// <returns>What its owner has to know of those that could not.</returns>
    public async Task<IReadOnlyList<string>> ResumeAsync(CancellationToken cancellationToken)
    {
        List<string> notices = [];
        await _kept.ResumeAsync(request => RegisterAsync(request, cancellationToken), notices.Add, _context.Time.GetUtcNow())
            .ConfigureAwait(false);
        return notices;
    }

    public async Task<IReadOnlyList<PeerNameRegistration>> GetRegistrationsAsync(CancellationToken cancellationToken)
    {
        PeerNameRegistration[][] all = await Task.WhenAll(
            _clouds.All.Select(cloud => cloud.Names.GetRegistrationsAsync())).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return [.. all.SelectMany(registrations => registrations).Select(Describe)];
    }

    public async Task UnregisterAsync(PeerNameRegistration registration, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        PnrpCloud cloud = _clouds.Find(registration.Cloud);
        if (!await cloud.Names.UnregisterAsync(registration).ConfigureAwait(false))
        {
            throw PeerErrors.NotFound.Exception(
                $"This node has not registered '{registration.Name}' in '{cloud.Name}'.", registration);
        }

        _kept.Forget(registration);
    }

    public async IAsyncEnumerable<PeerEndpointInfo> ResolveAsync(
        PeerResolveRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var report = new SearchReport();
        bool isFound = false;
        await foreach (PeerEndpointInfo found in FindAsync(request, report, cancellationToken).ConfigureAwait(false))
        {
            isFound = true;
            yield return found;
        }

        if (!isFound && report.Explain(request.Name, _context.Time.GetUtcNow()) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>The same for who tries again: where nobody could be asked, it ends without a result, too.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="report">Gets to know what came of it.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async IAsyncEnumerable<PeerEndpointInfo> FindAsync(
        PeerResolveRequest request,
        SearchReport report,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RequestValidator.Validate(request);
        using Activity? activity = PeerTracing.Start("peernet.resolve", "peernet.name", request.Name.Value);
        await StartAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PnrpCloud> clouds = await _clouds.OpenAsync(request.Clouds).ConfigureAwait(false);
        var results = Channel.CreateUnbounded<PeerEndpointInfo>(new() { SingleReader = true });
        using var timeout = new CancellationTokenSource(request.Timeout, _context.Time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        Task search = SearchAsync(clouds, request, report, results.Writer, ending.Token);
        int count = 0;
        try
        {
            await foreach (PeerEndpointInfo result in results.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return result;
                if (++count == request.MaxResults)
                {
                    break;
                }
            }
        }
        finally
        {
            activity?.SetTag("peernet.resolve.results", count);
            await ending.CancelAsync().ConfigureAwait(false);
            await search.ConfigureAwait(false);
        }
    }

    public async Task<IReadOnlyList<PeerCloud>> GetCloudsAsync(bool includeCache, CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken).ConfigureAwait(false);
        return await _clouds.DescribeAsync(includeCache).ConfigureAwait(false);
    }

    public async Task<PeerCloud> ConfigureCloudAsync(
        string cloud,
        bool? open,
        PeerCloudMode? mode,
        IReadOnlyList<string>? seeds,
        CancellationToken cancellationToken)
    {
        List<SeedAddress>? parsed = seeds is null ? null : SeedAddress.ParseAll(seeds);
        await StartAsync(cancellationToken).ConfigureAwait(false);
        PnrpCloud found = _clouds.Find(cloud);
        if (mode is { } newMode)
        {
            await found.SetModeAsync(newMode).ConfigureAwait(false);
        }

        if (parsed is not null)
        {
            _context.AddressCache.SetSeeds(found.Name, [.. parsed.Select(seed => seed.ToString())]);
            await found.SetSeedsAsync(parsed).ConfigureAwait(false);
        }

        if (open is { } isOpen)
        {
            await found.SetOpenAsync(isOpen).ConfigureAwait(false);
        }

        return await found.DescribeAsync(includeCache: false).ConfigureAwait(false);
    }

    public async Task<PeerCloudRepairResult> RepairCloudAsync(
        PeerCloudRepair repair, CancellationToken cancellationToken)
    {
        List<SeedAddress> seeds = SeedAddress.ParseAll(repair.Seeds);
        await StartAsync(cancellationToken).ConfigureAwait(false);
        PnrpCloud cloud = _clouds.Find(repair.Cloud);
        await cloud.OpenAsync().ConfigureAwait(false);
        return await cloud.Repairs.RepairAsync(repair, seeds, cancellationToken).ConfigureAwait(false);
    }

    public async Task<TimeSpan?> PingAsync(IPEndPoint endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken).ConfigureAwait(false);
        PnrpCloud cloud = _clouds.FindFor(endpoint.Address);
        await cloud.OpenAsync().ConfigureAwait(false);
        return await cloud.Repairs.PingAsync(PnrpEndpoint.From(endpoint), timeout, cancellationToken).ConfigureAwait(false);
    }

    private PeerNameRegistration Describe(PeerNameRegistration registration) => registration with { IsPersistent = _kept.Contains(registration) };

    /// <summary>Searches all clouds at the same time; ends when all have ended, or with the token.</summary>
    private static async Task SearchAsync(
        IReadOnlyList<PnrpCloud> clouds,
        PeerResolveRequest request,
        SearchReport report,
        ChannelWriter<PeerEndpointInfo> results,
        CancellationToken cancellationToken)
    {
        Exception? failure = null;
        bool isAloneEverywhere = !clouds.Any(cloud => cloud.Searches.HasCompany);
        try
        {
            report.Clouds = await Task.WhenAll(clouds.Select(cloud => cloud.Searches.ResolveAsync(
                request, isAloneEverywhere, result => results.TryWrite(result), cancellationToken)))
                .ConfigureAwait(false);
        }
        catch (PeerException exception)
        {
            failure = exception;
        }
        finally
        {
            results.TryComplete(failure);
        }
    }

    private void RequireRunning()
    {
        if (Volatile.Read(ref _isStopped))
        {
            throw PeerErrors.NotInitialized.Exception("The node has been stopped.");
        }
    }

    // Interfaces change in bursts; one reading after the burst is enough.
    private void OnInterfacesChanged() => _reread?.Change(SettleTime, RereadInterval);

    private async Task RefreshAsync()
    {
        try
        {
            await _clouds.RefreshAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is PeerException or ObjectDisposedException)
        {
            // The node is stopping.
        }
        catch (NetworkInformationException exception)
        {
            _context.Observer.Failed("Pnrp", $"The network interfaces cannot be read: {exception.Message}");
        }
    }
}
