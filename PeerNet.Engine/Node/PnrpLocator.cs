using System.Net;
using System.Runtime.CompilerServices;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;

namespace PeerNet.Engine.Node;

/// <summary>Finds nodes of graphs by the peer names they have registered.</summary>
/// <param name="pnrp">The node's names.</param>
/// <param name="time">The clock.</param>
internal sealed class PnrpLocator(PnrpService pnrp, TimeProvider time) : IPeerLocator
{
    // A search ends early where nobody is known whom it could ask, as in a node that has just started.
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    // As many as a node can have neighbours, and some that are gone.
    private const int MaximumResults = 10;

    public async IAsyncEnumerable<IPEndPoint> FindAsync(
        string name, TimeSpan timeout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PeerName parsed = PeerName.TryParse(name, out PeerName? read)
            ? read
            : throw PeerErrors.InvalidPeerName.Exception($"'{name}' is not a peer name.", name);
        long start = time.GetTimestamp();
        bool isFound = false;
        while (true)
        {
            TimeSpan left = timeout - time.GetElapsedTime(start);
            await foreach (IPEndPoint endpoint in FindOnceAsync(parsed, left, cancellationToken).ConfigureAwait(false))
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

    private async IAsyncEnumerable<IPEndPoint> FindOnceAsync(
        PeerName name, TimeSpan timeout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new PeerResolveRequest
        {
            Name = name,
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
}
