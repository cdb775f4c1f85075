using System.Buffers;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol;

/// <summary>What came back for a request: a whole message in a rented buffer, or why there is none.</summary>
internal sealed class RetrievalReply : IDisposable
{
    private readonly int _length;
    private byte[]? _buffer;

    private RetrievalReply(BlockOutcome outcome, byte[]? buffer, int length)
    {
        Outcome = outcome;
        _buffer = buffer;
        _length = length;
    }

    /// <summary>Received, Busy or Failed.</summary>
    public BlockOutcome Outcome { get; }

    /// <summary>The message with its prefix; nothing where there is none. Valid until <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer is null ? default : _buffer.AsMemory(0, _length);

    /// <summary>A message.</summary>
    /// <param name="buffer">Rented from the shared pool.</param>
    /// <param name="length">Bytes of it in use.</param>
    public static RetrievalReply Of(byte[] buffer, int length) => new(BlockOutcome.Received, buffer, length);

    /// <summary>No message.</summary>
    public static RetrievalReply Without(BlockOutcome outcome) => new(outcome, null, 0);

    /// <summary>Reads the header, where the message is of the type that answers the request.</summary>
    /// <param name="type">The type that answers the request.</param>
    /// <param name="sent">The version of the request; a newer one is no answer to it.</param>
    /// <param name="header">The header.</param>
    /// <param name="body">What follows it.</param>
    public bool TryRead(
        RetrievalMessageType type, RetrievalVersion sent, out RetrievalHeader header, out WireReader body) =>
        RetrievalFrame.TryReadResponse(Bytes.Span, out header, out body)
        && header.Type == type
        && header.Version.Major >= RetrievalVersion.V1.Major
        && header.Version.Major <= sent.Major;

    /// <summary>Reads which versions the server speaks, where it says that instead of an answer.</summary>
    public bool TryReadVersions(out RetrievalVersionRange versions)
    {
        versions = default;
        if (!TryRead(RetrievalMessageType.NegoResp, RetrievalVersion.V2, out _, out WireReader body)
            || !NegoResp.TryRead(ref body, out NegoResp answer))
        {
            return false;
        }

        versions = answer.Versions;
        return true;
    }

    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>A block as a peer encrypted it, which only those who hold the segment secret can read and check.</summary>
internal sealed class EncryptedBlock : IDisposable
{
    private readonly RetrievalReply _reply;

    /// <param name="reply">The answer that holds the bytes; disposed of with this.</param>
    /// <param name="data">The ciphertext in it.</param>
    /// <param name="cipher">What it is under.</param>
    /// <param name="initializationVector">What it was encrypted with.</param>
    public EncryptedBlock(
        RetrievalReply reply, ReadOnlyMemory<byte> data, BlockCipher cipher, ReadOnlyMemory<byte> initializationVector)
    {
        _reply = reply;
        Data = data;
        Cipher = cipher;
        InitializationVector = initializationVector;
    }

    /// <summary>The ciphertext; valid until <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>What it is under: AES with one of its key lengths.</summary>
    public BlockCipher Cipher { get; }

    /// <summary>16 bytes; valid until <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> InitializationVector { get; }

    public void Dispose() => _reply.Dispose();
}

/// <summary>How a request for a block ended.</summary>
internal enum BlockOutcome
{
    /// <summary>It is here, and has the hash it must have.</summary>
    Received,

    /// <summary>The peer does not have it.</summary>
    Missing,

    /// <summary>The peer is busy: an empty answer (MS-PCCRR 3.2.5).</summary>
    Busy,

    /// <summary>What came is not the block: the peer lies, or damages data.</summary>
    Corrupt,

    /// <summary>No connection, no answer in time, or an answer that is no message.</summary>
    Failed,
}
