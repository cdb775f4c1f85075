using System.Net;

namespace PeerNet.Engine.Graphing;

/// <summary>Finds nodes by a peer name. The node's composition has names do it; graphs do not know how.</summary>
internal interface IPeerLocator
{
    /// <summary>TCP endpoints that others have registered under a name, as they are found.</summary>
    /// <param name="name">The peer name.</param>
    /// <param name="timeout">How long to look.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="Core.PeerException">The name is none, or the search cannot be done.</exception>
    IAsyncEnumerable<IPEndPoint> FindAsync(string name, TimeSpan timeout, CancellationToken cancellationToken);
}
