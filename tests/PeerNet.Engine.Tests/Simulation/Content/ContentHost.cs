using System.Net;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Tests.Simulation.Content;

/// <summary>Whoever is asked for blocks: what it has, how fast it sends, and how many it serves at once.</summary>
internal class ContentHost(SimulatedWorld world, IPEndPoint endpoint, double bytesPerSecond) : SimulatedHost(world)
{
    private const int MaximumClients = 64;

    private readonly Dictionary<SegmentId, ReadOnlyMemory<byte>?[]> _blocks = [];
    private TimeSpan _freeAt;
    private int _served;

    public IPEndPoint Endpoint => endpoint;

    public Uri Address { get; } = PeerRequests.GetAddress(endpoint);

    /// <summary>Bytes of blocks that it sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Takes its time for an answer from its line, after those that wait already.</summary>
    /// <returns>When the answer is out.</returns>
    public TimeSpan Send(TimeSpan now, int bytes)
    {
        _freeAt = (_freeAt > now ? _freeAt : now) + TimeSpan.FromSeconds(bytes / bytesPerSecond);
        Sent += bytes;
        return _freeAt;
    }

    /// <summary>Counts a client, unless there are as many as may be.</summary>
    public bool TryEnter() => _served < MaximumClients && ++_served > 0;

    public void Leave() => _served--;

    public void Keep(PeerContentSegment segment, int block, ReadOnlyMemory<byte> data)
    {
        if (!_blocks.TryGetValue(segment.Id, out ReadOnlyMemory<byte>?[]? blocks))
        {
            _blocks[segment.Id] = blocks = new ReadOnlyMemory<byte>?[segment.BlockCount];
        }

        blocks[block] = data;
    }

    public void Forget() => _blocks.Clear();

    /// <summary>The block as it is sent; null where it is not here.</summary>
    public virtual ReadOnlyMemory<byte>? Read(PeerContentSegment segment, int block) =>
        _blocks.TryGetValue(segment.Id, out ReadOnlyMemory<byte>?[]? blocks) ? blocks[block] : null;

    /// <summary>The blocks that it says it has.</summary>
    public virtual BlockSet Holds(PeerContentSegment segment) => BlockSet.First(segment.BlockCount)
        .Where(block => _blocks.TryGetValue(segment.Id, out ReadOnlyMemory<byte>?[]? blocks) && blocks[block] is not null);

    /// <summary>The same, as it tells the link.</summary>
    public SegmentHolding? Find(PeerContentSegment segment) => Holds(segment) is { IsEmpty: false } blocks
        ? new(segment.Id, blocks, segment.BlockCount, segment.Version, TimeSpan.Zero)
        : null;
}
