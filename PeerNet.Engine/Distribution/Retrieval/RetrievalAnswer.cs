using System.Buffers;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>
/// An answer that is ready to be sent. Its length is known before it is written, and a block is encrypted while it is
/// written, into the sender's own buffer. Disposing of it, when it has been sent or given up, ends the exchange.
/// </summary>
internal sealed class RetrievalAnswer : IDisposable
{
    private readonly byte[]? _message;
    private readonly SegmentId _id;
    private readonly int _index;
    private readonly int _next;
    private readonly HeldBlock? _block;
    private readonly BlockCipher _cipher;
    private readonly byte[] _vector = [];
    private readonly BlockSealer? _sealer;
    private ClientGate? _gate;

    /// <summary>An answer without a block.</summary>
    /// <param name="message">All its bytes, prefix included.</param>
    /// <param name="gate">Where its client is counted; null where it is not.</param>
    public RetrievalAnswer(byte[] message, ClientGate? gate)
    {
        _message = message;
        _gate = gate;
        Length = message.Length;
    }

    /// <summary>An answer with a block.</summary>
    /// <param name="id">The segment.</param>
    /// <param name="index">The block's index.</param>
    /// <param name="next">The first block held behind it; 0 for none.</param>
    /// <param name="block">The block, which the answer disposes of. Ciphertext is sent as it is.</param>
    /// <param name="cipher">What plaintext is encrypted with.</param>
    /// <param name="vector">The initialization vector for that.</param>
    /// <param name="sealer">What encrypts it.</param>
    /// <param name="gate">Where its client is counted.</param>
    public RetrievalAnswer(
        SegmentId id, int index, int next, HeldBlock block, BlockCipher cipher, byte[] vector, BlockSealer sealer, ClientGate gate)
    {
        _id = id;
        _index = index;
        _next = next;
        _block = block;
        _cipher = cipher;
        _vector = vector;
        _sealer = sealer;
        _gate = gate;
        Length = RetrievalFrame.PrefixLength + RetrievalHeader.Length
            + Blk.GetBodyLength(id.Bytes.Length, BlockLength, VectorOnWire.Length);
    }

    /// <summary>Bytes that <see cref="WriteAsync"/> writes.</summary>
    public int Length { get; }

    private bool IsSealed => _block!.Cipher != BlockCipher.None;

    private BlockCipher CipherOnWire => IsSealed ? _block!.Cipher : _cipher;

    private ReadOnlySpan<byte> VectorOnWire => IsSealed ? _block!.InitializationVector.Span : _vector;

    private int BlockLength => IsSealed || _cipher == BlockCipher.None
        ? _block!.Data.Length
        : BlockEncryption.GetLength(_block!.Data.Length);

    /// <summary>Writes the whole answer.</summary>
    public async ValueTask WriteAsync(IBufferWriter<byte> output)
    {
        Memory<byte> place = output.GetMemory(Length)[..Length];
        if (_message is not null)
        {
            _message.CopyTo(place);
        }
        else
        {
            Memory<byte> target = WriteAround(place);
            await FillAsync(target).ConfigureAwait(false);
        }

        output.Advance(Length);
    }

    public void Dispose()
    {
        _block?.Dispose();
        _gate?.Leave();
        _gate = null;
    }

    // Everything but the block, whose place is returned.
    private Memory<byte> WriteAround(Memory<byte> place)
    {
        RetrievalFrame.WritePrefix(place.Span);
        Memory<byte> message = place[RetrievalFrame.PrefixLength..];
        var writer = new WireWriter(message.Span);
        new RetrievalHeader(RetrievalVersion.V1, Blk.MessageType, (uint)message.Length, CipherOnWire).Write(ref writer);
        var blk = new Blk
        {
            SegmentId = _id.Bytes,
            BlockIndex = (uint)_index,
            NextBlockIndex = (uint)_next,
            InitializationVector = VectorOnWire,
        };
        Span<byte> target = blk.WriteAround(ref writer, BlockLength);
        message.Span.Overlaps(target, out int offset);
        return message.Slice(offset, target.Length);
    }

    private ValueTask FillAsync(Memory<byte> target)
    {
        if (!IsSealed && _cipher != BlockCipher.None)
        {
            return _sealer!.SealAsync(_cipher, _block!, _vector, target);
        }

        _block!.Data.CopyTo(target);
        return ValueTask.CompletedTask;
    }
}
