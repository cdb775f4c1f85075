using System.Net;

namespace PeerNet.Engine.Transport;

/// <summary>A stream to another machine. IPv4 addresses are plain, not mapped.</summary>
/// <param name="Stream">Carries the bytes both ways; disposing it ends the connection.</param>
/// <param name="Local">The local end.</param>
/// <param name="Remote">The other end.</param>
/// <param name="CompleteSending">Tells the other side that nothing more comes; what it still sends can be read.</param>
internal sealed record StreamConnection(Stream Stream, IPEndPoint Local, IPEndPoint Remote, Action CompleteSending) : IDisposable
{
    /// <summary>What ends with the connection; null for nothing.</summary>
    public IDisposable? Place { get; init; }

    public void Dispose()
    {
        Stream.Dispose();
        Place?.Dispose();
    }
}
