namespace PeerNet.Engine.Distribution.Content;

/// <summary>Makes segments from the hashes of their content and the server secret (MS-PCCRC 2.2).</summary>
internal static class SegmentFactory
{
    /// <summary>A segment of version 1.</summary>
    /// <param name="secret">The server's secret.</param>
    /// <param name="algorithm">The hash algorithm.</param>
    /// <param name="offset">Where the segment begins in the content.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="blockHashes">The hashes of all its blocks; kept.</param>
    public static PeerContentSegment CreateV1(
        ServerSecret secret, PeerContentHash algorithm, long offset, int length, ReadOnlyMemory<byte> blockHashes)
    {
        byte[] hashOfData = new byte[SegmentCryptography.GetHashLength(algorithm)];
        SegmentCryptography.Hash(algorithm, blockHashes.Span, hashOfData);
        return Create(secret, algorithm, PeerContentVersion.V1, offset, length, hashOfData, blockHashes);
    }

    /// <summary>A segment of version 2.</summary>
    /// <param name="secret">The server's secret.</param>
    /// <param name="offset">Where the segment begins in the content.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="hashOfData">Its hash; kept.</param>
    public static PeerContentSegment CreateV2(
        ServerSecret secret, long offset, int length, ReadOnlyMemory<byte> hashOfData) =>
        Create(secret, PeerContentHash.TruncatedSha512, PeerContentVersion.V2, offset, length, hashOfData, hashOfData);

    private static PeerContentSegment Create(
        ServerSecret secret,
        PeerContentHash algorithm,
        PeerContentVersion version,
        long offset,
        int length,
        ReadOnlyMemory<byte> hashOfData,
        ReadOnlyMemory<byte> blockHashes)
    {
        byte[] segmentSecret = new byte[hashOfData.Length];
        SegmentCryptography.DeriveSecret(algorithm, secret.Get(algorithm), hashOfData.Span, segmentSecret);
        return new PeerContentSegment
        {
            Id = SegmentCryptography.DeriveId(algorithm, segmentSecret, hashOfData.Span),
            Offset = offset,
            Length = length,
            Version = version,
            HashAlgorithm = algorithm,
            HashOfData = hashOfData.ToArray(),
            Secret = segmentSecret,
            BlockHashes = blockHashes,
        };
    }
}
