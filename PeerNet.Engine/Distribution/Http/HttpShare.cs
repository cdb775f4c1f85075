using System.Net;
using Microsoft.AspNetCore.Connections;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>What all HTTP servers of a node share: places for connections, and counters.</summary>
/// <param name="connections">Connections at once.</param>
internal sealed class HttpShare(int connections)
{
    private readonly ConnectionPlaces _places = new(connections);

    /// <summary>What the servers have counted.</summary>
    public CounterSet<HttpCounter> Counters { get; } = new("Http");

    /// <summary>The counts by their public names.</summary>
    public IReadOnlyDictionary<string, long> ToDictionary() =>
        new Dictionary<string, long>(Counters.ToDictionary()) { ["HttpTurnedAway"] = _places.TurnedAway };

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
