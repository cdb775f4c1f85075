using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Transport;

/// <summary>
/// Connections that others hold here at the same time, over all listeners that share them: a quarter of them for one source
/// (<see cref="AddressBlock"/>), and few while half of them are taken. For any number of threads.
/// </summary>
/// <param name="total">How many there are.</param>
internal sealed class ConnectionPlaces(int total)
{
    private readonly Lock _lock = new();
    private readonly SourcePlaces _places = new(total, Math.Max(1, total / 4), Math.Max(1, total / 32));
    private long _turnedAway;

    /// <summary>Connections for which there was no place.</summary>
    public long TurnedAway => Interlocked.Read(ref _turnedAway);

    /// <summary>Takes a place.</summary>
    /// <param name="source">Whose connection it is.</param>
    /// <returns>The place, which ends when it is disposed of; null where there is none, and the connection is to be closed.</returns>
    public IDisposable? TryEnter(IPAddress source)
    {
        lock (_lock)
        {
            if (_places.TryEnter(source))
            {
                return new Place(this, source);
            }
        }

        Interlocked.Increment(ref _turnedAway);
        return null;
    }

    private void Leave(IPAddress source)
    {
        lock (_lock)
        {
            _places.Leave(source);
        }
    }

    private sealed class Place(ConnectionPlaces places, IPAddress source) : IDisposable
    {
        private ConnectionPlaces? _places = places;

        public void Dispose() => Interlocked.Exchange(ref _places, null)?.Leave(source);
    }
}
