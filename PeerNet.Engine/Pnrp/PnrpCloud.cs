using System.Globalization;
using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp;

/// <summary>One cloud of a node, as the node uses it: for any thread.</summary>
internal sealed class PnrpCloud : IAsyncDisposable
{
    private readonly CloudContext _context;
    private readonly PnrpRunner _runner;
    private bool _isStopped;

    public PnrpCloud(CloudDescription description, IDatagramTransport transport, CloudContext context)
    {
        _context = context;
        _runner = new(description, transport, context, OnNews);
        Names = new(_runner, context);
        Searches = new(_runner, context);
        Repairs = new(_runner, context);
    }

    public string Name => _runner.Name;

    /// <summary>The cloud's name, scope and network as they are now.</summary>
    public CloudDescription Description => _runner.Network.Description;

    /// <summary>The addresses that are bound.</summary>
    public IReadOnlyList<IPAddress> Addresses => _runner.Network.Addresses;

    /// <summary>Whether an administrator has closed it.</summary>
    public bool IsDisabled => _runner.IsDisabled;

    /// <summary>The names that this node has registered here.</summary>
    public CloudNames Names { get; }

    /// <summary>The searches for names.</summary>
    public CloudSearches Searches { get; }

    /// <summary>Pings and repairs.</summary>
    public CloudRepairs Repairs { get; }

    /// <summary>Opens the cloud unless it is open.</summary>
    /// <exception cref="PeerException">An administrator has closed it.</exception>
    public Task OpenAsync() => _runner.Loop.TellAsync(now =>
    {
        if (IsDisabled)
        {
            throw PeerErrors.PnrpCloudDisabled.Exception(
                $"The cloud '{Name}' is closed; open it with Set-PeerCloud -State Open.", Name);
        }

        _runner.Open(now);
    });

    /// <summary>Opens the cloud, also after it was closed, or closes it.</summary>
    /// <exception cref="PeerException">Names are registered in a cloud that is to be closed.</exception>
    public Task SetOpenAsync(bool open) => _runner.Loop.TellAsync(now =>
    {
        if (open)
        {
            _runner.IsDisabled = false;
            _runner.Open(now);
        }
        else if (!IsDisabled)
        {
            RequireNoNames("closed", PeerErrors.Busy);
            _runner.Shut(now);
            _runner.IsDisabled = true;
        }

        _context.Observer.CloudChanged(Describe(includeCache: false));
    });

    /// <summary>Changes whether the node publishes here.</summary>
    /// <exception cref="PeerException">Names are registered in a cloud that is to resolve only.</exception>
    public Task SetModeAsync(PeerCloudMode mode) => _runner.Loop.TellAsync(_ =>
    {
        if (mode == PeerCloudMode.ResolveOnly)
        {
            RequireNoNames("one that only resolves", PeerErrors.Busy);
        }

        _runner.Machine.Mode = mode;
        _context.Observer.CloudChanged(Describe(includeCache: false));
    });

    /// <summary>Replaces the seeds, and looks for other nodes there if none are known.</summary>
    public Task SetSeedsAsync(IReadOnlyList<SeedAddress> seeds) => _runner.Loop.TellAsync(_ =>
    {
        _runner.Discovery.Seeds = seeds;
        if (_runner.IsOpen && _runner.Machine.State != PeerCloudState.Active)
        {
            _runner.Discovery.Run(DiscoveryStep.Seeds);
        }
    });

    /// <summary>The cloud as it is.</summary>
    public Task<PeerCloud> DescribeAsync(bool includeCache) => _runner.Loop.AskAsync(_ => Describe(includeCache));

    /// <summary>The machine's interfaces have changed (MS-PNRP 3.1.7.1).</summary>
    public Task SetNetworkAsync(CloudDescription description) => _runner.Loop.TellAsync(now =>
    {
        if (!_runner.SetNetwork(now, description))
        {
            return;
        }

        if (_runner.IsOpen)
        {
            Names.PublishOwnAddresses(now);
        }

        _context.Observer.CloudChanged(Describe(includeCache: false));
    });

    /// <summary>Writes down which nodes were used last, for the next start.</summary>
    public async Task RememberAsync()
    {
        IReadOnlyList<PnrpEndpoint> endpoints =
            await _runner.Loop.AskAsync(_ => _runner.Machine.GetRecentEndpoints()).ConfigureAwait(false);
        if (endpoints.Count > 0)
        {
            // Outside the loop: a disk may take its time.
            _context.AddressCache.SetEndpoints(Name, endpoints);
        }
    }

    /// <summary>Leaves: withdraws the names and waits a little for the neighbours to acknowledge, unless
    /// <paramref name="farewell"/> is false; then lets go of everything.</summary>
    public async Task StopAsync(bool farewell)
    {
        if (Interlocked.Exchange(ref _isStopped, true))
        {
            return;
        }

        await Ending.RunAsync(
            RememberAsync,
            () => farewell ? _runner.SayGoodbyeAsync() : Task.CompletedTask,
            () => _runner.Loop.TellAsync(_ => Searches.EndAll()),
            Ending.Of(_runner),
            Ending.At(Names.Dispose)).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await StopAsync(farewell: false).ConfigureAwait(false);

    private void OnNews(PnrpNews news)
    {
        switch (news)
        {
            case PnrpNews.ResolveFound found:
                Searches.OnFound(found);
                break;
            case PnrpNews.ResolveEnded ended:
                Searches.OnEnded(ended);
                break;
            case PnrpNews.RegistrationChanged changed:
                Names.OnChanged(changed);
                break;
            case PnrpNews.NameElsewhere elsewhere:
                Names.OnElsewhere(elsewhere);
                break;
            case PnrpNews.LifetimeOver over:
                Names.OnLifetimeOver(over.Id);
                break;
            case PnrpNews.SynchronizeEnded ended:
                Repairs.OnSynchronizeEnded(ended);
                break;
            case PnrpNews.SplitTested tested:
                OnSplitTested(tested.Verdict);
                break;
            case PnrpNews.StateChanged changed:
                OnStateChanged(changed.State);
                break;
        }
    }

    private void OnStateChanged(PeerCloudState state)
    {
        PnrpLog.StateChanged(_context.Logger, Name, state);
        Searches.OnStateChanged(state);
        Names.OnStateChanged();
        _context.Observer.CloudChanged(Describe(includeCache: false));
    }

    private void OnSplitTested(SplitVerdict verdict)
    {
        Repairs.OnSplitTested(verdict);
        if (verdict is SplitVerdict.InBiggerPart or SplitVerdict.InSmallerPart)
        {
            _context.Observer.SplitSuspected(Describe(includeCache: false));
        }
    }

    private PeerCloud Describe(bool includeCache)
    {
        CloudDescription description = _runner.Network.Description;
        PnrpMachine machine = _runner.Machine;
        return new()
        {
            Name = Name,
            Scope = description.Scope,
            ScopeId = description.ScopeId,
            State = _runner.State,
            Mode = machine.Mode,
            IsLocalName = description.IsLocalName,
            Seeds = [.. _runner.Discovery.Seeds.Select(seed => seed.ToString())],
            Addresses = [.. _runner.Network.Addresses.Select(address => new IPEndPoint(address, _runner.Network.Port))],
            EstimatedSize = machine.EstimatedSize,
            RegisteredCount = machine.RegisteredCount,
            CacheCount = machine.CacheCount,
            Cache = includeCache ? [.. machine.GetCache(description.ScopeId)] : [],
            Statistics = _runner.Statistics,
            ClockDoubts = machine.ClockDoubts,
        };
    }

    private void RequireNoNames(string what, PeerError error)
    {
        if (Names.All.Count > 0)
        {
            string names = string.Join(", ", Names.All.Take(5).Select(r => r.Request.Name.Value));
            string count = string.Create(CultureInfo.InvariantCulture, $"{Names.All.Count}");
            throw error.Exception(
                $"The cloud '{Name}' cannot be {what}: {count} names are registered in it ({names}). "
                + "Unregister them first.",
                Name);
        }
    }
}
