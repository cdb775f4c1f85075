using System.Net;

namespace PeerNet.Engine.Identity;

/// <summary>Finds nodes by a peer name, and lets them be found. The node's composition has names do it; who asks does
/// not know how.</summary>
internal interface IPeerLocator
{
    /// <summary>TCP endpoints that others have registered under a name, as they are found.</summary>
    /// <param name="place">The name, and where to look.</param>
    /// <param name="timeout">How long to look.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="Core.PeerException">The name is none, or the search cannot be done.</exception>
    IAsyncEnumerable<IPEndPoint> FindAsync(PeerRendezvous place, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Registers the node's addresses, until the result is disposed of.</summary>
    /// <exception cref="Core.PeerException">The identity may not register the name, or no cloud takes it.</exception>
    Task<IAsyncDisposable> PublishAsync(PeerPublication publication, CancellationToken cancellationToken);
}
