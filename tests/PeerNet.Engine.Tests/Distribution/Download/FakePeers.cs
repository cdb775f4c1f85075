using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Discovery;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Download;

/// <summary>A network of peers in memory: who they are, what they have and how they behave is the test's.</summary>
internal sealed class FakePeers(TestContent? content = null) : IRetrievalClient, IPeerFinder
{
    private readonly ConcurrentDictionary<Uri, FakePeer> _peers = new();
    private int _inFlight;
    private int _mostInFlight;

    public event Action<FoundPeer>? FoundLate;

    /// <summary>Probes that were sent, with the number of ids each.</summary>
    public ConcurrentQueue<int> Probes { get; } = new();

    /// <summary>Requests for blocks.</summary>
    public int BlockRequests;

    /// <summary>Requests for block lists.</summary>
    public int ListRequests;

    public int MostInFlight => Volatile.Read(ref _mostInFlight);

    /// <summary>What a block has, where there is no content.</summary>
    public byte[]? Data { get; init; }

    /// <summary>What a probe waits for before anybody answers; null for nothing.</summary>
    public Func<CancellationToken, Task>? ProbeDelay { get; set; }

    /// <summary>A peer answers when nobody waits any more.</summary>
    public void AnswerLate(FakePeer peer, IReadOnlyList<SegmentId> ids) => FoundLate?.Invoke(new(peer.Endpoint, ids));

    /// <summary>A peer that has everything, unless the test changes that.</summary>
    public FakePeer Add(string address = "192.0.2.1", int port = 80)
    {
        var peer = new FakePeer(new(IPAddress.Parse(address), port));
        _peers.TryAdd(peer.Address, peer);
        return peer;
    }

    public async IAsyncEnumerable<FoundPeer> FindAsync(
        IReadOnlyList<SegmentId> ids, PeerContentVersion version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Probes.Enqueue(ids.Count);
        await (ProbeDelay?.Invoke(cancellationToken) ?? Task.CompletedTask);
        foreach (FakePeer peer in _peers.Values.Where(peer => peer.IsDiscoverable))
        {
            SegmentId[] held = [.. ids.Where(peer.Claims)];
            if (held.Length > 0)
            {
                yield return new(peer.Endpoint, held);
            }
        }
    }

    public async Task<BlockSet?> GetBlockListAsync(
        Uri peer, SegmentId id, BlockSet wanted, CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        Interlocked.Increment(ref ListRequests);
        cancellationToken.ThrowIfCancellationRequested();
        return _peers.TryGetValue(peer, out FakePeer? fake) ? fake.List(id, wanted) : null;
    }

    public async Task<BlockOutcome> GetBlockAsync(
        Uri peer, PeerContentSegment segment, int index, Memory<byte> destination, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref BlockRequests);
        int now = Interlocked.Increment(ref _inFlight);
        InterlockedMax(now);
        try
        {
            if (!_peers.TryGetValue(peer, out FakePeer? fake))
            {
                return BlockOutcome.Failed;
            }

            BlockOutcome outcome = await fake.AnswerAsync(segment, index, cancellationToken);
            if (outcome == BlockOutcome.Received)
            {
                (Data is null ? content!.GetBlock(segment, index) : Data).CopyTo(destination.Span);
            }

            return outcome;
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    public async Task<IReadOnlyList<int>?> GetSegmentListAsync(
        Uri peer, IReadOnlyList<SegmentId> ids, CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        return _peers.TryGetValue(peer, out FakePeer? fake) && fake.KnowsSegmentLists
            ? [.. Enumerable.Range(0, ids.Count).Where(i => fake.Claims(ids[i]))]
            : null;
    }

    private void InterlockedMax(int value)
    {
        int most = Volatile.Read(ref _mostInFlight);
        while (value > most)
        {
            int seen = Interlocked.CompareExchange(ref _mostInFlight, value, most);
            if (seen == most)
            {
                return;
            }

            most = seen;
        }
    }
}
