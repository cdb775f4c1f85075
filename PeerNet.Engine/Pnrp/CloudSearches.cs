using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp;

/// <summary>The searches of one cloud for names.</summary>
/// <param name="runner">Runs the cloud.</param>
/// <param name="context">What all clouds have in common.</param>
internal sealed class CloudSearches(PnrpRunner runner, CloudContext context)
{
    private static readonly TimeSpan PauseBetweenSearches = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<int, CloudResolve> _resolves = [];
    private TaskCompletionSource? _company;
    private bool _hasCompany;

    /// <summary>Whether other nodes are known.</summary>
    public bool HasCompany => Volatile.Read(ref _hasCompany);

    /// <summary>Searches in progress.</summary>
    public Task<int> CountAsync() => runner.Loop.AskAsync(_ => _resolves.Count);

    /// <summary>Searches for a name until as much as is wanted was found, the cloud has no more, or the caller gives up.
    /// A search that lost hops and found nothing is repeated.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="looksAround">Whether a node that is alone here searches the link first.</param>
    /// <param name="found">Told of each registration, in the cloud's loop.</param>
    /// <param name="cancellationToken">Ends the search; nothing of it stays behind.</param>
    /// <returns>What the search has come to, also where it was ended.</returns>
    public async Task<CloudSearch> ResolveAsync(
        PeerResolveRequest request,
        bool looksAround,
        Action<PeerEndpointInfo> found,
        CancellationToken cancellationToken)
    {
        long start = context.Time.GetTimestamp();
        var known = new HashSet<PnrpId>();
        void Deliver(CertifiedName name, IReadOnlyList<ResolveHop> path)
        {
            if (known.Add(name.Id))
            {
                found(Describe(request, name, path, context.Time.GetElapsedTime(start)));
            }
        }

        ResolveTally tally = default;
        try
        {
            if (looksAround)
            {
                await LookAroundAsync(cancellationToken).ConfigureAwait(false);
            }

            while (true)
            {
                tally += await SearchAsync(request, Deliver, cancellationToken).ConfigureAwait(false);
                if (!tally.IsLossy || known.Count > 0)
                {
                    break;
                }

                await Task.Delay(PauseBetweenSearches, context.Time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The time is over, or enough was found, or the caller has had enough; the caller knows which.
        }

        return await runner.Loop.AskAsync(_ => Describe(tally)).ConfigureAwait(false);
    }

    /// <summary>The cloud's state has changed; on the loop.</summary>
    public void OnStateChanged(PeerCloudState state)
    {
        Volatile.Write(ref _hasCompany, state == PeerCloudState.Active);
        if (state != PeerCloudState.Alone)
        {
            _company?.TrySetResult();
            _company = null;
        }
    }

    /// <summary>A registration was found; on the loop.</summary>
    public void OnFound(PnrpNews.ResolveFound found)
    {
        if (_resolves.TryGetValue(found.Resolve, out CloudResolve? active))
        {
            active.Found(found.Name, found.Path);
        }
    }

    /// <summary>A pass is over; on the loop.</summary>
    public void OnEnded(PnrpNews.ResolveEnded ended)
    {
        if (_resolves.Remove(ended.Resolve, out CloudResolve? active))
        {
            active.Ended.TrySetResult(ended.Tally);
        }
    }

    /// <summary>Ends all; on the loop.</summary>
    public void EndAll()
    {
        foreach (CloudResolve resolve in _resolves.Values)
        {
            resolve.Ended.TrySetResult(default);
        }

        _resolves.Clear();
    }

    // A node that is alone looks once more, and asks a seed if it has one, before it says that there is no such name.
    private async Task LookAroundAsync(CancellationToken cancellationToken)
    {
        Task company = await runner.Loop.AskAsync(_ => runner.State == PeerCloudState.Alone
            ? (_company ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task
            : Task.CompletedTask).ConfigureAwait(false);
        TimeSpan wait = company.IsCompleted ? TimeSpan.Zero : await runner.Discovery.LookAroundAsync().ConfigureAwait(false);
        try
        {
            await company.WaitAsync(wait, context.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Still alone; the search of what is known ends at once.
        }
    }

    /// <summary>One pass, up to its end or that of the caller's patience.</summary>
    private async Task<ResolveTally> SearchAsync(
        PeerResolveRequest request,
        Action<CertifiedName, IReadOnlyList<ResolveHop>> found,
        CancellationToken cancellationToken)
    {
        var resolve = new CloudResolve(found);
        await runner.Loop.TellAsync(now => Begin(now, resolve, request)).ConfigureAwait(false);
        try
        {
            return await resolve.Ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return await runner.Loop.AskAsync(now => Cancel(now, resolve)).ConfigureAwait(false);
        }
    }

    private void Begin(Moment now, CloudResolve resolve, PeerResolveRequest request)
    {
        if (runner.Network.Addresses.Count == 0)
        {
            resolve.Ended.TrySetResult(default);
            return;
        }

        resolve.Number = runner.Machine.Resolve(now, TargetOf(request));
        if (resolve.Number < 0)
        {
            throw PeerErrors.PnrpTooMuchLoad.Exception(
                $"Too many names are being resolved in '{runner.Name}' at the moment.", request.Name);
        }

        _resolves.Add(resolve.Number, resolve);
    }

    private ResolveTally Cancel(Moment now, CloudResolve resolve) =>
        _resolves.Remove(resolve.Number) ? runner.Machine.CancelResolve(now, resolve.Number) : default;

    private ResolveTarget TargetOf(PeerResolveRequest request)
    {
        IPAddress near = request.LocationHint ?? runner.Network.Published[0];
        ulong prefix = ServiceLocation.PrefixOf(near);
        return new()
        {
            Id = PnrpIds.Create(context.Suite, request.Name, prefix, ResolveTarget.LocationSuffix),
            Criteria = request.Criteria is PeerResolveCriteria.Nearest
                or PeerResolveCriteria.NearestNonCurrentProcess or PeerResolveCriteria.NearestRemote
                ? ResolveCriteria.NearestPeerName
                : ResolveCriteria.AnyPeerName,
            ConsiderLocal = request.Criteria is PeerResolveCriteria.Any or PeerResolveCriteria.Nearest,
            ExcludeOwnAddresses = request.Criteria is PeerResolveCriteria.Remote or PeerResolveCriteria.NearestRemote,
            MaxResults = request.MaxResults,
        };
    }

    private CloudSearch Describe(ResolveTally tally) =>
        new(runner.Name, runner.State, [.. runner.Discovery.Seeds.Select(seed => seed.ToString())], tally, runner.Machine.ClockDoubts);

    private PeerEndpointInfo Describe(
        PeerResolveRequest request, CertifiedName name, IReadOnlyList<ResolveHop> path, TimeSpan elapsed) => new()
        {
            Name = request.Name,
            Cloud = runner.Name,
            PnrpId = name.Id,
            Endpoints = [.. name.Endpoints.Select(AddZone)],
            Comment = name.Comment,
            Data = name.Data?.ToArray(),
            Text = name.Text,
            IsVerified = name.IsSecure,
            IsDelegated = name.IsDelegated,
            Signer = name.Signer.ToString(),
            Expires = name.NotAfter,
            Path = [.. path.Select(Describe)],
            Elapsed = elapsed,
        };

    // The wire has no zones: what is on the link is on this cloud's link.
    private PeerAppEndpoint AddZone(PeerAppEndpoint endpoint) => endpoint.Address.IsIPv6LinkLocal
        ? endpoint with { Address = new IPAddress(endpoint.Address.GetAddressBytes(), runner.Network.Description.ScopeId) }
        : endpoint;

    private PeerResolveHop Describe(ResolveHop hop) =>
        new(runner.Network.Description.EndpointOf(hop.Endpoint), hop.Id, hop.RoundTrip);
}

/// <summary>One search of a cloud for a name, on behalf of a caller. Belongs to the cloud's loop.</summary>
internal sealed class CloudResolve(Action<CertifiedName, IReadOnlyList<ResolveHop>> found)
{
    /// <summary>Its number in the machine, or −1 while it has none.</summary>
    public int Number { get; set; } = -1;

    /// <summary>Told of each registration found.</summary>
    public Action<CertifiedName, IReadOnlyList<ResolveHop>> Found { get; } = found;

    /// <summary>Completed with what it has come to.</summary>
    public TaskCompletionSource<ResolveTally> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
