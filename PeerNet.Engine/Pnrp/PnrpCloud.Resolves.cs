using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp;

internal sealed partial class PnrpCloud
{
    private static readonly TimeSpan PauseBetweenSearches = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<int, CloudResolve> _resolves = [];
    private TaskCompletionSource? _company;
    private bool _hasCompany;

    /// <summary>Whether other nodes are known.</summary>
    public bool HasCompany => Volatile.Read(ref _hasCompany);

    /// <summary>Searches in progress.</summary>
    public Task<int> CountResolvesAsync() => _mailbox.AskAsync(() => _resolves.Count);

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
        long start = _context.Time.GetTimestamp();
        var known = new HashSet<PnrpId>();
        void Deliver(CertifiedName name, IReadOnlyList<ResolveHop> path)
        {
            if (known.Add(name.Id))
            {
                found(Describe(request, name, path, _context.Time.GetElapsedTime(start)));
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

                await Task.Delay(PauseBetweenSearches, _context.Time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The time is over, or enough was found, or the caller has had enough; the caller knows which.
        }

        return await _mailbox.AskAsync(() => Describe(tally)).ConfigureAwait(false);
    }

    // A node that is alone looks once more, and asks a seed if it has one, before it says that there is no such name.
    private async Task LookAroundAsync(CancellationToken cancellationToken)
    {
        Task company = await _mailbox.AskAsync(() => State == PeerCloudState.Alone
            ? (_company ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task
            : Task.CompletedTask).ConfigureAwait(false);
        TimeSpan wait = company.IsCompleted ? TimeSpan.Zero : await _discovery.LookAroundAsync().ConfigureAwait(false);
        try
        {
            await company.WaitAsync(wait, _context.Time, cancellationToken).ConfigureAwait(false);
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
        await _mailbox.AskAsync(() => Begin(resolve, request)).ConfigureAwait(false);
        try
        {
            return await resolve.Ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return await _mailbox.AskAsync(() => Cancel(resolve)).ConfigureAwait(false);
        }
    }

    private void Begin(CloudResolve resolve, PeerResolveRequest request)
    {
        if (_transport.LocalAddresses.Count == 0)
        {
            resolve.Ended.TrySetResult(default);
            return;
        }

        resolve.Number = _machine.Resolve(Now, TargetOf(request));
        if (resolve.Number < 0)
        {
            throw PeerErrors.PnrpTooMuchLoad.Exception(
                $"Too many names are being resolved in '{Name}' at the moment.", request.Name);
        }

        _resolves.Add(resolve.Number, resolve);
    }

    private ResolveTally Cancel(CloudResolve resolve) =>
        _resolves.Remove(resolve.Number) ? _machine.CancelResolve(Now, resolve.Number) : default;

    private void EndResolves()
    {
        foreach (CloudResolve resolve in _resolves.Values)
        {
            resolve.Ended.TrySetResult(default);
        }

        _resolves.Clear();
    }

    private void OnResolveFound(PnrpNews.ResolveFound found)
    {
        if (_resolves.TryGetValue(found.Resolve, out CloudResolve? active))
        {
            active.Found(found.Name, found.Path);
        }
    }

    private void OnResolveEnded(PnrpNews.ResolveEnded ended)
    {
        if (_resolves.Remove(ended.Resolve, out CloudResolve? active))
        {
            active.Ended.TrySetResult(ended.Tally);
        }
    }

    private ResolveTarget TargetOf(PeerResolveRequest request)
    {
        IPAddress near = request.LocationHint ?? Published[0];
        ulong prefix = ServiceLocation.PrefixOf(near);
        return new()
        {
            Id = PnrpIds.Create(_context.Suite, request.Name, prefix, ResolveTarget.LocationSuffix),
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
        new(Name, State, [.. _discovery.Seeds.Select(seed => seed.ToString())], tally, _machine.ClockDoubts);

    private PeerEndpointInfo Describe(
        PeerResolveRequest request, CertifiedName name, IReadOnlyList<ResolveHop> path, TimeSpan elapsed) => new()
        {
            Name = request.Name,
            Cloud = Name,
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
        ? endpoint with { Address = new IPAddress(endpoint.Address.GetAddressBytes(), _description.ScopeId) }
        : endpoint;

    private PeerResolveHop Describe(ResolveHop hop) => new(ToIPEndPoint(hop.Endpoint), hop.Id, hop.RoundTrip);

    private IPEndPoint ToIPEndPoint(PnrpEndpoint endpoint)
    {
        IPEndPoint plain = endpoint.ToIPEndPoint(_description.ScopeId);
        return plain.Address.IsIPv4MappedToIPv6 ? new(plain.Address.MapToIPv4(), plain.Port) : plain;
    }
}
