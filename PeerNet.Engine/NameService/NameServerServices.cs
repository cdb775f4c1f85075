using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Systems;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.NameService;

/// <summary>What the name service runs on.</summary>
internal sealed record NameServerServices(
    PeerNameSearch Search,
    SystemRouting Routing,
    IDatagramNetwork Datagrams,
    IStreamTransport Streams,
    INameServerObserver Observer,
    TimeProvider Time,
    IRandomSource Random,
    ILogger<NameServer> Logger)
{
    /// <summary>Connections that questions come through, at the same time.</summary>
    public const int MaximumConnections = 128;
}

/// <summary>Told of what happens to the name service. Must not block.</summary>
internal interface INameServerObserver
{
    /// <summary>Something failed that no caller waits for.</summary>
    void Failed(string source, string message);
}
