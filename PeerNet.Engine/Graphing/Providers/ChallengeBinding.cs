using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PeerNet.Engine.Graphing.Providers;

/// <summary>What the two sides of a <see cref="ChallengeExchange"/> have to prove: everything that the connection is, and
/// whose turn it is.</summary>
internal sealed class ChallengeBinding(GraphConnectionContext connection, ChallengeHello initiator, ChallengeHello responder)
{
    private static readonly byte[] Label = "PeerNet graph authentication 2"u8.ToArray();

    private enum Role : byte
    {
        Initiator = 1,
        Responder = 2,
    }

    public byte[] ForInitiator() => Digest(Role.Initiator);

    public byte[] ForResponder() => Digest(Role.Responder);

    private byte[] Digest(Role prover)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Label);
        Append(hash, [(byte)prover, connection.IsDirect ? (byte)1 : (byte)0]);
        Append(hash, Encoding.UTF8.GetBytes(connection.GraphId));
        Append(hash, Encoding.UTF8.GetBytes(initiator.PeerId));
        Append(hash, Encoding.UTF8.GetBytes(responder.PeerId));
        Append(hash, initiator.Challenge);
        Append(hash, responder.Challenge);
        return hash.GetHashAndReset();
    }

    // With its length, so that no two lists of parts are the same bytes.
    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
