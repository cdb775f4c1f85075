using System.Buffers;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>What the retrieval server and discovery answer from: the caches of this node.</summary>
internal interface ISegmentSource
{
    /// <summary>What is held of a segment; null for nothing. Answers from memory: strangers may ask a million times.</summary>
    SegmentHolding? Find(SegmentId id);

    /// <summary>Reads a block; null where it is not held or no longer what it was. The caller disposes of it.</summary>
    ValueTask<HeldBlock?> ReadBlockAsync(SegmentId id, int index, CancellationToken cancellationToken);
}

/// <summary>
/// A block as it was read from a cache, in a rented buffer: verified plaintext with the secret it is to be encrypted
/// with, or ciphertext as another node encrypted it (a hosted cache that knows no secrets), or this one (<see
/// cref="HotBlocks"/>).
/// </summary>
internal sealed class HeldBlock : IDisposable
{
    private readonly byte[] _buffer;
    private readonly int _length;
    private bool _isReturned;

    /// <param name="buffer">Rented from the shared pool; returned by <see cref="Dispose"/>.</param>
    /// <param name="length">Bytes of it in use.</param>
    public HeldBlock(byte[] buffer, int length)
    {
        _buffer = buffer;
        _length = length;
        Length = length;
    }

    /// <param name="ciphertext">Not rented: for any number of answers, and as often disposed of.</param>
    /// <param name="plaintext">What it is the ciphertext of.</param>
    public HeldBlock(byte[] ciphertext, HeldBlock plaintext)
    {
        _buffer = ciphertext;
        _length = ciphertext.Length;
        Length = plaintext.Length;
        IsShared = true;
        _isReturned = true;
    }

    /// <summary>Bytes of the block; of ciphertext from elsewhere those that there are.</summary>
    public int Length { get; }

    /// <summary>Whether it was encrypted here, for all who ask for it.</summary>
    public bool IsShared { get; }

    /// <summary>The bytes; valid until <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Data => _buffer.AsMemory(0, _length);

    /// <summary>The segment secret for plaintext; empty for ciphertext.</summary>
    public ReadOnlyMemory<byte> Secret { get; init; }

    /// <summary>The cipher that <see cref="Data"/> is under; None for plaintext.</summary>
    public BlockCipher Cipher { get; init; }

    /// <summary>The initialization vector of ciphertext.</summary>
    public ReadOnlyMemory<byte> InitializationVector { get; init; }

    public void Dispose()
    {
        if (!_isReturned)
        {
            _isReturned = true;
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}
