using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp;

/// <summary>The clouds of a node, kept in step with the machine's interfaces.</summary>
internal sealed class CloudTable(
    CloudContext context, CloudSockets sockets, INetworkInterfaces interfaces, PnrpServiceOptions options)
    : IDisposable
{
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private PnrpCloud[] _clouds = [];
    private bool _isStopped;

    /// <summary>The clouds, widest first.</summary>
    public IReadOnlyList<PnrpCloud> All => Volatile.Read(ref _clouds);

    /// <summary>Binds the addresses that the machine has now.</summary>
    /// <exception cref="PeerException">The port asked for is taken.</exception>
    public async Task StartAsync()
    {
        IReadOnlyList<CloudDescription> plan = Plan();
        IReadOnlyList<IDatagramTransport> transports = sockets.OpenAll(plan);
        PnrpCloud[] clouds = [.. plan.Zip(transports, Create)];
        await Task.WhenAll(clouds.Select(RestoreSeedsAsync)).ConfigureAwait(false);
        Volatile.Write(ref _clouds, clouds);
    }

    /// <summary>Reads the interfaces again: clouds come, lose their network, or get it back (MS-PNRP 3.1.7.1).</summary>
    public async Task RefreshAsync()
    {
        await _refreshing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isStopped)
            {
                return;
            }

            IReadOnlyList<CloudDescription> plan = Plan();
            foreach (PnrpCloud cloud in _clouds)
            {
                CloudDescription now = plan.FirstOrDefault(description => description.Name == cloud.Name)
                    ?? cloud.Description.WithoutNetwork();
                await cloud.SetNetworkAsync(now).ConfigureAwait(false);
                await cloud.RememberAsync().ConfigureAwait(false);
            }

            foreach (CloudDescription description in plan.Where(d => !_clouds.Any(cloud => cloud.Name == d.Name)))
            {
                PnrpCloud cloud = Create(description, sockets.Open(description));
                await RestoreSeedsAsync(cloud).ConfigureAwait(false);
                Volatile.Write(ref _clouds, [.. _clouds.Append(cloud).OrderBy(c => c.Description.Scope)]);
            }
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Leaves all clouds and lets no refresh bring them back.</summary>
    public async Task StopAsync(bool farewell)
    {
        await _refreshing.WaitAsync().ConfigureAwait(false);
        _isStopped = true;
        PnrpCloud[] clouds = _clouds;
        await Task.WhenAll(clouds.Select(cloud => cloud.StopAsync(farewell))).ConfigureAwait(false);
        Volatile.Write(ref _clouds, []);
        _refreshing.Release();
    }

    public void Dispose() => _refreshing.Dispose();

    /// <summary>The cloud with a name, or the only one with a scope.</summary>
    /// <exception cref="PeerException">There is none, or there are several of that scope.</exception>
    public PnrpCloud Find(string name)
    {
        if (All.FirstOrDefault(cloud => string.Equals(cloud.Name, name, StringComparison.OrdinalIgnoreCase)) is { } exact)
        {
            return exact;
        }

        PnrpCloud[] ofScope = Enum.TryParse(name.TrimEnd('_'), ignoreCase: true, out PeerCloudScope scope)
            ? [.. All.Where(cloud => cloud.Description.Scope == scope)]
            : [];
        return ofScope.Length switch
        {
            1 => ofScope[0],
            0 => throw PeerErrors.NoCloud.Exception(
                $"This machine has no cloud '{name}'. It has: {Names(All)}.", name),
            _ => throw PeerErrors.CloudNameAmbiguous.Exception(
                $"'{name}' may be any of: {Names(ofScope)}. Give the whole name.", name),
        };
    }

    /// <summary>The cloud in which an address can be reached.</summary>
    /// <exception cref="PeerException">There is none, or the zone of a link-local address is missing.</exception>
    public PnrpCloud FindFor(IPAddress address)
    {
        PeerCloudScope scope = CloudScopes.Of(address)
            ?? throw PeerErrors.InvalidAddress.Exception($"'{address}' is not the address of one host.", address);
        long zone = address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0;
        PnrpCloud[] clouds =
        [
            .. All.Where(cloud => cloud.Description.Scope == scope
                && (zone == 0 || cloud.Description.ScopeId == zone)),
        ];
        return clouds.Length switch
        {
            1 => clouds[0],
            0 => throw PeerErrors.NoCloud.Exception($"This machine has no cloud that reaches '{address}'.", address),
            _ => throw PeerErrors.InvalidAddress.Exception(
                $"'{address}' may be on several links; add its zone, as in '{address}%{clouds[0].Description.ScopeId}'.",
                address),
        };
    }

    /// <summary>The clouds where names go by default: Global_, or all of the widest scope there is.</summary>
    /// <exception cref="PeerException">The machine has no address at all.</exception>
    public IReadOnlyList<PnrpCloud> Widest()
    {
        PnrpCloud[] connected = [.. All.Where(cloud => cloud.Addresses.Count > 0)];
        return connected.Length == 0
            ? throw PeerErrors.NoCloud.Exception(options.Addresses.IsAll
                ? "This machine has no network address, not even a loopback one."
                : $"This machine has none of what the node is to use: {options.Addresses}.")
            : [.. connected.Where(cloud => cloud.Description.Scope == connected[0].Description.Scope)];
    }

    /// <summary>Opens the clouds of some names, or where none is named, all that are not disabled.</summary>
    /// <exception cref="PeerException">There is no such cloud, or it cannot be opened.</exception>
    public async Task<IReadOnlyList<PnrpCloud>> OpenAsync(IReadOnlyList<string> names)
    {
        PnrpCloud[] clouds = names.Count > 0
            ? [.. names.Select(Find).Distinct()]
            : [.. All.Where(cloud => !cloud.IsDisabled)];
        await Task.WhenAll(clouds.Select(cloud => cloud.OpenAsync())).ConfigureAwait(false);
        return clouds;
    }

    /// <summary>All clouds as they are.</summary>
    public Task<PeerCloud[]> DescribeAsync(bool includeCache) => Task.WhenAll(All.Select(cloud => cloud.DescribeAsync(includeCache)));

    private IReadOnlyList<CloudDescription> Plan() => CloudPlan.From(interfaces.Read(), options.Addresses);

    private PnrpCloud Create(CloudDescription description, IDatagramTransport transport) =>
        new(description, transport, context);

    private Task RestoreSeedsAsync(PnrpCloud cloud)
    {
        SeedAddress[] given = [.. ParseSeeds(options.Seeds).Where(seed => seed.IsOf(cloud.Description.Scope))];
        return cloud.SetSeedsAsync(given.Length > 0 ? given : [.. ParseSeeds(context.AddressCache.GetSeeds(cloud.Name))]);
    }

    private static IEnumerable<SeedAddress> ParseSeeds(IEnumerable<string> seeds)
    {
        foreach (string text in seeds)
        {
            if (SeedAddress.TryParse(text, out SeedAddress? seed))
            {
                yield return seed;
            }
        }
    }

    private static string Names(IEnumerable<PnrpCloud> clouds) => string.Join(", ", clouds.Select(cloud => cloud.Name));
}
