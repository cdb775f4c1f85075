using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.NameService.Protocol;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.NameService;

/// <summary>Searches for the names that are asked for, this node's own included.</summary>
/// <param name="pnrp">Knows, and asks others.</param>
/// <param name="interfaces">Those of this machine.</param>
internal sealed class PeerNameSearch(IPnrpService pnrp, INetworkInterfaces interfaces)
{
    // Of the first registrations that are found, the one will do that has an address for other programs.
    private const int MaximumResults = 8;

    private static readonly TimeSpan Time = TimeSpan.FromSeconds(15);

    /// <summary>Searches for a name.</summary>
    public async Task<SearchOutcome> SearchAsync(PeerName name, CancellationToken cancellationToken)
    {
        try
        {
            FoundName[] own = await FindOwnAsync(name, cancellationToken).ConfigureAwait(false);
            return new(own.Any(one => one.IsUsable) ? own : await FindAsync(name, cancellationToken).ConfigureAwait(false));
        }
        catch (PeerException failure)
        {
            return new([], failure.Message);
        }
    }

    // A node that is alone looks around before it searches, which takes seconds: what it has itself it knows at once.
    private async Task<FoundName[]> FindOwnAsync(PeerName name, CancellationToken cancellationToken)
    {
        IReadOnlyList<PeerNameRegistration> all = await pnrp.GetRegistrationsAsync(cancellationToken).ConfigureAwait(false);
        PeerNameRegistration[] own = [.. all.Where(registration => registration.Name == name)];

        // Host names know no letter case, and programs write them in lower case.
        own = own.Length > 0 ? own : [.. all.Where(registration => IsSameHost(registration.Name, name))];
        if (own.Length == 0)
        {
            return [];
        }

        string[] local = await FindLocalCloudsAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. own.Select(registration => new FoundName(
                registration.Endpoints,
                registration.Comment,
                registration.Name.IsSecure,
                registration.Expires,
                local.Contains(registration.Cloud))),
        ];
    }

    private static bool IsSameHost(PeerName one, PeerName other) => one.Authority == other.Authority
        && one.Classifier.Equals(other.Classifier, StringComparison.OrdinalIgnoreCase);

    private async Task<List<FoundName>> FindAsync(PeerName name, CancellationToken cancellationToken)
    {
        List<FoundName> all = [];
        var request = new PeerResolveRequest
        {
            Name = name,
            MaxResults = MaximumResults,
            Criteria = PeerResolveCriteria.Any,
            Timeout = Time,
        };
        string[]? local = null;
        await foreach (PeerEndpointInfo found in pnrp.ResolveAsync(request, cancellationToken).ConfigureAwait(false))
        {
            local ??= await FindLocalCloudsAsync(cancellationToken).ConfigureAwait(false);
            all.Add(new(WithoutOwn(found.Endpoints), found.Comment, found.IsVerified, found.Expires, local.Contains(found.Cloud)));
            if (all[^1].IsUsable)
            {
                break;
            }
        }

        return all;
    }

    // Hosts have equal addresses, of bridges for guests: whoever goes to one that another host published comes to himself.
    // A name that has no others is of this machine.
    private IReadOnlyList<PeerAppEndpoint> WithoutOwn(IReadOnlyList<PeerAppEndpoint> endpoints)
    {
        HashSet<IPAddress> own = [.. interfaces.Read().SelectMany(one => one.Addresses).Select(local => local.Address)];
        PeerAppEndpoint[] others = [.. endpoints.Where(endpoint => !own.Contains(endpoint.Address))];
        return others.Length > 0 ? others : endpoints;
    }

    private async Task<string[]> FindLocalCloudsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<PeerCloud> clouds = await pnrp.GetCloudsAsync(includeCache: false, cancellationToken).ConfigureAwait(false);
        return [.. clouds.Where(cloud => cloud.Scope == PeerCloudScope.Loopback).Select(cloud => cloud.Name)];
    }
}
