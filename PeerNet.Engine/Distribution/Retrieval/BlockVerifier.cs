using System.Security.Cryptography;
using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>Checks blocks that have come: segments of version 2 that come at the same time side by side, where the processor
/// can.</summary>
internal sealed class BlockVerifier
{
    private const int Together = 8;

    private readonly Gathering<Claim> _gathering = new(Together, Hash);

    /// <summary>Whether a block has the hash that it must have.</summary>
    /// <param name="segment">Its segment.</param>
    /// <param name="index">Which it is.</param>
    /// <param name="data">The block; not to be changed before the task has ended.</param>
    public async ValueTask<bool> MatchesAsync(PeerContentSegment segment, int index, ReadOnlyMemory<byte> data)
    {
        if (segment.HashAlgorithm != PeerContentHash.TruncatedSha512 || !Sha512Lanes.IsSupported)
        {
            return SegmentCryptography.Matches(segment.HashAlgorithm, data.Span, segment.GetBlockHash(index));
        }

        var claim = new Claim(data, new byte[Sha512Lanes.HashLength]);
        await _gathering.DoAsync(claim).ConfigureAwait(false);
        ReadOnlySpan<byte> hash = claim.Hash.AsSpan(0, SegmentCryptography.GetHashLength(segment.HashAlgorithm));
        return CryptographicOperations.FixedTimeEquals(hash, segment.GetBlockHash(index));
    }

    private static void Hash(Claim[] claims)
    {
        Span<byte> hashes = stackalloc byte[Together * Sha512Lanes.HashLength];
        Sha512Lanes.Hash(Array.ConvertAll(claims, claim => claim.Data), hashes);
        for (int i = 0; i < claims.Length; i++)
        {
            hashes.Slice(i * Sha512Lanes.HashLength, Sha512Lanes.HashLength).CopyTo(claims[i].Hash);
        }
    }

    private readonly record struct Claim(ReadOnlyMemory<byte> Data, byte[] Hash);
}
