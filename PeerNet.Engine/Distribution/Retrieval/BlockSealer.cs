using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>Encrypts blocks that are to go out: those of several requests at once side by side, where the processor can.</summary>
internal sealed class BlockSealer
{
    private const int Together = 8;

    private readonly Gathering<CbcMessage> _gathering = new(Together, static messages => AesChains.Encrypt(messages));

    /// <summary>Encrypts a block.</summary>
    /// <param name="cipher">What with.</param>
    /// <param name="block">Plaintext, with its secret; not to be disposed of before the task has ended.</param>
    /// <param name="vector">The initialization vector.</param>
    /// <param name="target">Takes <see cref="BlockEncryption.GetLength"/> bytes.</param>
    public ValueTask SealAsync(BlockCipher cipher, HeldBlock block, ReadOnlyMemory<byte> vector, Memory<byte> target)
    {
        if (cipher == BlockCipher.Aes128 && AesChains.IsSupported)
        {
            ReadOnlyMemory<byte> key = block.Secret[..BlockEncryption.GetKeyLength(cipher)];
            return new(_gathering.DoAsync(new(key, vector, block.Data, target)));
        }

        BlockEncryption.Encrypt(cipher, block.Secret.Span, vector.Span, block.Data.Span, target.Span);
        return ValueTask.CompletedTask;
    }
}
