using System.Net;
using System.Runtime.CompilerServices;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Node;

/// <summary>Finds nodes by the peer names they have registered, and registers this node's own.</summary>
/// <param name="pnrp">The node's names.</param>
/// <param name="time">The clock.</param>
internal sealed class PnrpLocator(PnrpService pnrp, TimeProvider time) : IPeerLocator
{
    // A search ends early where nobody is known whom it could ask, as in a node that has just started.
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    // As many as a node can have neighbours, and some that are gone.
    private const int MaximumResults = 10;

    public async IAsyncEnumerable<IPEndPoint> FindAsync(
        PeerRendezvous place, TimeSpan timeout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PeerName name = PeerName.TryParse(place.Name, out PeerName? read)
            ? read
            : throw PeerErrors.InvalidPeerName.Exception($"'{place.Name}' is not a peer name.", place.Name);
        IReadOnlyList<string> clouds = await ChooseAsync(place.Reach, cancellationToken).ConfigureAwait(false);
        long start = time.GetTimestamp();
        bool isFound = false;
        while (true)
        {
            TimeSpan left = timeout - time.GetElapsedTime(start);
            await foreach (IPEndPoint endpoint in FindOnceAsync(name, clouds, left, cancellationToken).ConfigureAwait(false))
            {
                isFound = true;
                yield return endpoint;
            }

            // It ends before the time does, so that whoever waits hears that nobody was found.
            if (isFound || timeout - time.GetElapsedTime(start) <= RetryInterval)
            {
                yield break;
            }

            await Task.Delay(RetryInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<IAsyncDisposable> PublishAsync(PeerPublication publication, CancellationToken cancellationToken)
    {
        var request = new PeerRegistrationRequest
        {
            Name = PeerName.Parse(publication.Place.Name),
            Clouds = await ChooseAsync(publication.Place.Reach, cancellationToken).ConfigureAwait(false),
            Identity = publication.Identity,
            Port = publication.Port,
            Comment = publication.Comment,
            DelegationChain = publication.DelegationChain is { } chain ? chain : default(ReadOnlyMemory<byte>?),
        };
        return new Registered(pnrp, await pnrp.RegisterAsync(request, cancellationToken).ConfigureAwait(false));
    }

    private async IAsyncEnumerable<IPEndPoint> FindOnceAsync(
        PeerName name,
        IReadOnlyList<string> clouds,
        TimeSpan timeout,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new PeerResolveRequest
        {
            Name = name,
            Clouds = clouds,
            MaxResults = MaximumResults,
            Timeout = timeout,
        };
        var report = new SearchReport();
        await foreach (PeerEndpointInfo found in pnrp.FindAsync(request, report, cancellationToken).ConfigureAwait(false))
        {
            foreach (PeerAppEndpoint endpoint in found.Endpoints.Where(endpoint => endpoint.Protocol == PeerProtocol.Tcp))
            {
                yield return endpoint.ToIPEndPoint();
            }
        }
    }

    // The names of clouds of a link or a site mean something on one machine only: what counts is how far they reach.
    private async Task<IReadOnlyList<string>> ChooseAsync(AddressScope? reach, CancellationToken cancellationToken)
    {
        if (reach is null or AddressScope.Global)
        {
            return [];
        }

        PeerCloudScope scope = reach switch
        {
            AddressScope.SiteLocal => PeerCloudScope.SiteLocal,
            AddressScope.LinkLocal => PeerCloudScope.LinkLocal,
            _ => PeerCloudScope.Loopback,
        };
        IReadOnlyList<PeerCloud> clouds = await pnrp.GetCloudsAsync(includeCache: false, cancellationToken).ConfigureAwait(false);
        string[] chosen = [.. clouds.Where(cloud => cloud.Scope == scope).Select(cloud => cloud.Name)];
        return chosen.Length > 0
            ? chosen
            : throw PeerErrors.NoCloud.Exception($"This machine has no cloud of the scope {scope}.", scope);
    }

    private sealed class Registered(PnrpService pnrp, IReadOnlyList<PeerNameRegistration> registrations) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (PeerNameRegistration registration in registrations)
            {
                try
                {
                    await pnrp.UnregisterAsync(registration, CancellationToken.None).ConfigureAwait(false);
                }
                catch (PeerException)
                {
                    // The cloud is closed, or somebody has withdrawn the name: it is gone, as it should be.
                }
            }
        }
    }
}
