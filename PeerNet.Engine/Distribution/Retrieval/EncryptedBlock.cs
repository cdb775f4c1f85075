using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Retrieval;

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
