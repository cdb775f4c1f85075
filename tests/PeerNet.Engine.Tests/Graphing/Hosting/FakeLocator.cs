using System.Net;
using System.Runtime.CompilerServices;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Tests.Graphing.Hosting;

/// <summary>Knows the endpoints of names that a test has told it, and those that nodes publish: on the loopback interface,
/// where several nodes may share one.</summary>
internal sealed class FakeLocator : IPeerLocator
{
    private readonly Lock _lock = new();
    private readonly List<PeerPublication> _published = [];

    public Dictionary<string, IPEndPoint[]> Names { get; } = [];

    /// <summary>Nobody finds what nodes publish.</summary>
    public bool IsSilent { get; init; }

    /// <summary>What is published now.</summary>
    public IReadOnlyList<PeerPublication> Published
    {
        get
        {
            lock (_lock)
            {
                return [.. _published];
            }
        }
    }

    public async IAsyncEnumerable<IPEndPoint> FindAsync(
        PeerRendezvous place, TimeSpan timeout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        IEnumerable<IPEndPoint> published = Published
            .Where(one => !IsSilent && one.Place.Name == place.Name)
            .Select(one => new IPEndPoint(IPAddress.Loopback, one.Port));
        foreach (IPEndPoint endpoint in Names.GetValueOrDefault(place.Name, []).Concat(published))
        {
            yield return endpoint;
        }
    }

    public Task<IAsyncDisposable> PublishAsync(PeerPublication publication, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _published.Add(publication);
        }

        return Task.FromResult<IAsyncDisposable>(new Publication(this, publication));
    }

    private sealed class Publication(FakeLocator locator, PeerPublication publication) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            lock (locator._lock)
            {
                locator._published.RemoveAll(one => ReferenceEquals(one, publication));
            }

            return ValueTask.CompletedTask;
        }
    }
}
