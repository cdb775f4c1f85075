using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>A block as another node encrypted it.</summary>
/// <param name="Cipher">How; never None.</param>
/// <param name="InitializationVector">The vector: 16 bytes.</param>
/// <param name="Ciphertext">The block, padded: a multiple of 16 bytes, at most 16 more than the block.</param>
internal readonly record struct SealedBlock(
    BlockCipher Cipher, ReadOnlyMemory<byte> InitializationVector, ReadOnlyMemory<byte> Ciphertext);
