using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>What an <see cref="HttpServer"/> grants to strangers.</summary>
internal sealed record HttpServerOptions
{
    /// <summary>Connections that the system may hold until they are accepted. Boot loaders open many at once, and take a
    /// refused one for a dead server.</summary>
    public const int Backlog = 512;

    /// <summary>Connections at once; further ones are closed.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>What this server shares with the node's others; null for nothing.</summary>
    public HttpShare? Share { get; init; }

    /// <summary>Bytes of the request line.</summary>
    public const int MaxRequestLineLength = 8 * 1024;

    /// <summary>Bytes of all headers of a request.</summary>
    public const int MaxHeadersLength = 16 * 1024;

    /// <summary>How many headers a request may have.</summary>
    public const int MaxHeaderCount = 64;

    /// <summary>How long a request's headers may take.</summary>
    public static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may be idle between requests.</summary>
    public static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Bytes a second that a body, or the reading of a response, may not fall below.</summary>
    public const int MinDataRate = 240;

    /// <summary>How long the rate may be below <see cref="MinDataRate"/>.</summary>
    public static readonly TimeSpan DataRateGrace = TimeSpan.FromSeconds(5);

    /// <summary>How long requests may go on when the server stops.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>Where an <see cref="HttpServer"/> listens.</summary>
internal sealed record HttpEndpoint
{
    /// <summary>A local address; <see cref="IPAddress.IPv6Any"/> for every address of both families.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The TCP port; 0 for one that the system chooses.</summary>
    public required int Port { get; init; }

    /// <summary>Whether another port will do where this one cannot be had: nobody asked for it.</summary>
    public bool IsDefaultPort { get; init; }

    /// <summary>The certificate of HTTPS, with its key; null for plain HTTP. It stays the caller's.</summary>
    public X509Certificate2? Certificate { get; init; }
}

/// <summary>What all HTTP servers of a node share: places for connections, and counters.</summary>
/// <param name="connections">Connections at once.</param>
internal sealed class HttpShare(int connections)
{
    /// <summary>The name of the count of connections for which there was no place.</summary>
    public const string TurnedAway = "HttpTurnedAway";

    private readonly ConnectionPlaces _places = new(connections);

    /// <summary>What the servers have counted.</summary>
    public CounterSet<HttpCounter> Counters { get; } = new("Http");

    /// <summary>The counts by their public names.</summary>
    public IReadOnlyDictionary<string, long> ToDictionary() =>
        new Dictionary<string, long>(Counters.ToDictionary()) { [TurnedAway] = _places.TurnedAway };

    /// <summary>Lets <paramref name="next"/> run on a connection for which there is a place, and closes any other.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        IPAddress source = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        using IDisposable? place = _places.TryEnter(source);
        if (place is null)
        {
            connection.Abort();
            return;
        }

        await next(connection).ConfigureAwait(false);
    }
}

/// <summary>What the HTTP servers of a node count.</summary>
internal enum HttpCounter
{
    /// <summary>Requests answered with 503, because a disk or the system failed.</summary>
    Unavailable,
}
