using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using PeerNet.Engine.Collaboration.Protocol.Messages;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>What both ends of a link prove to each other and to their users (PROTOCOL.md 4.1).</summary>
internal static class Greeting
{
    /// <summary>Bytes of a nonce.</summary>
    public const int NonceLength = CollaborationMessage.Hello.ProofLength;

    private const int Strings = 1_000_000;

    private static ReadOnlySpan<byte> CommitmentLabel => "peernet-collab/1 commitment"u8;

    private static ReadOnlySpan<byte> StringLabel => "peernet-collab/1 string"u8;

    /// <summary>What binds the caller to its nonce before it has seen the other one.</summary>
    public static byte[] Commit(byte[] nonce, byte[] callersKey) =>
        SHA256.HashData([.. CommitmentLabel, .. nonce, .. callersKey]);

    /// <summary>Whether a nonce is the one that the caller bound itself to.</summary>
    public static bool IsCommitted(byte[] nonce, byte[] callersKey, byte[] commitment) =>
        CryptographicOperations.FixedTimeEquals(Commit(nonce, callersKey), commitment);

    /// <summary>The six digits that two people read out to each other.</summary>
    public static string CreateString(byte[] callersKey, byte[] calledKey, byte[] callersNonce, byte[] calledNonce)
    {
        byte[] hash = SHA256.HashData([.. StringLabel, .. callersKey, .. calledKey, .. callersNonce, .. calledNonce]);
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) % Strings).ToString("d6", CultureInfo.InvariantCulture);
    }
}
