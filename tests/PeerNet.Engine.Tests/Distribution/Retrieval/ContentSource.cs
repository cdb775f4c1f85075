using System.Buffers;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Retrieval;

/// <summary>A cache in memory that a retrieval server serves from.</summary>
/// <param name="content">All that it has.</param>
internal sealed class ContentSource(TestContent content) : ISegmentSource
{
    private readonly Dictionary<SegmentId, PeerContentSegment> _segments =
        content.Segments.ToDictionary(segment => segment.Id);

    private int _reading;

    /// <summary>Blocks that it has of each segment; all where null.</summary>
    public BlockSet? Held { get; set; }

    /// <summary>What reading a block waits for.</summary>
    public Task Gate { get; init; } = Task.CompletedTask;

    /// <summary>Whether it knows no secrets, and has ciphertext instead.</summary>
    public bool IsSealed { get; init; }

    /// <summary>Whether what it says it has cannot be read.</summary>
    public bool IsBroken { get; init; }

    /// <summary>How often a block was read.</summary>
    public int Reads { get; private set; }

    /// <summary>Blocks that are being read now.</summary>
    public int Reading => Volatile.Read(ref _reading);

    public SegmentHolding? Find(SegmentId id) => _segments.TryGetValue(id, out PeerContentSegment? segment)
        ? new(id, Held ?? BlockSet.First(segment.BlockCount), segment.BlockCount, segment.Version, TimeSpan.FromMinutes(1))
        : null;

    public async ValueTask<HeldBlock?> ReadBlockAsync(SegmentId id, int index, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reading);
        try
        {
            await Gate.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _reading);
        }

        if (IsBroken)
        {
            throw new InvalidOperationException("A bug of the cache.");
        }

        Reads++;
        PeerContentSegment segment = _segments[id];
        ReadOnlySpan<byte> block = content.GetBlock(segment, index);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(block.Length + 16);
        if (!IsSealed)
        {
            block.CopyTo(buffer);
            return new(buffer, block.Length) { Secret = segment.Secret };
        }

        byte[] vector = new byte[16];
        int length = BlockEncryption.GetLength(block.Length);
        BlockEncryption.Encrypt(BlockCipher.Aes192, segment.Secret.Span, vector, block, buffer.AsSpan(0, length));
        return new(buffer, length) { Cipher = BlockCipher.Aes192, InitializationVector = vector };
    }
}
