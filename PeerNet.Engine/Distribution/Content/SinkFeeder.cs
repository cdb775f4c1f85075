using System.Buffers;
using PeerNet.Engine.Distribution.Content.Protocol;

namespace PeerNet.Engine.Distribution.Content;

/// <summary>
/// Hands hashed windows over to a sink. A segment of version 1 has its keys only when all of it has been hashed; until then
/// its windows are held back.
/// </summary>
internal sealed class SinkFeeder(HashRequest request, Action<HashWindow> release)
{
    private const int WindowsPerSegment = V1Layout.SegmentLength / HashWindow.MaximumLength;

    private readonly IContentSink _sink = request.Sink!;
    private readonly ServerSecret _secret = request.Secret
        ?? throw new ArgumentException("A sink needs segments with keys.", nameof(request));

    private readonly bool _hasV1 = request.Versions.Contains(PeerContentVersion.V1);
    private readonly List<HashWindow> _held = [];
    private long _v2Offset;

    /// <summary>Takes the next window, and releases those whose content has been handed over.</summary>
    public async Task FeedAsync(HashWindow window, CancellationToken cancellationToken)
    {
        await FeedV2Async(window, cancellationToken).ConfigureAwait(false);
        _held.Add(window);
        if (!_hasV1)
        {
            Release();
        }
        else if (_held.Count == WindowsPerSegment || window.IsLast)
        {
            await FeedV1Async(cancellationToken).ConfigureAwait(false);
            Release();
        }
    }

    private async Task FeedV2Async(HashWindow window, CancellationToken cancellationToken)
    {
        int index = 0;
        foreach (ReadOnlyMemory<byte> data in window.GetV2Segments())
        {
            byte[] hash = window.GetV2Entries().Slice(
                (index * ContentHashes.V2EntryLength) + sizeof(uint),
                ContentHashes.V2EntryLength - sizeof(uint)).ToArray();
            PeerContentSegment segment = SegmentFactory.CreateV2(_secret, _v2Offset, data.Length, hash);
            await _sink.StoreAsync(segment, 0, data, cancellationToken).ConfigureAwait(false);
            _v2Offset += data.Length;
            index++;
        }
    }

    private async Task FeedV1Async(CancellationToken cancellationToken)
    {
        var hashes = new ArrayBufferWriter<byte>();
        int length = 0;
        foreach (HashWindow window in _held)
        {
            hashes.Write(window.GetV1Hashes(request.V1Algorithm));
            length += window.Length;
        }

        if (length == 0)
        {
            return;
        }

        PeerContentSegment segment = SegmentFactory.CreateV1(
            _secret, request.V1Algorithm, _held[0].Offset, length, hashes.WrittenMemory);
        for (int index = 0; index < segment.BlockCount; index++)
        {
            const int BlocksPerWindow = HashWindow.MaximumLength / V1Layout.BlockSize;
            ReadOnlyMemory<byte> block = _held[index / BlocksPerWindow].GetBlock(index % BlocksPerWindow);
            await _sink.StoreAsync(segment, index, block, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Release()
    {
        _held.ForEach(release);
        _held.Clear();
    }
}

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
