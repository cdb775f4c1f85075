using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>The client role of MS-PCCRR over HTTP.</summary>
/// <remarks>
/// A BLK without a block means that the peer does not have it or that it is busy; the message does not tell which
/// (3.2.5.3), so it is <see cref="BlockOutcome.Missing"/>. <see cref="BlockOutcome.Busy"/> is a server that says so in HTTP.
/// </remarks>
internal sealed class RetrievalClient : IRetrievalClient, IDisposable
{
    /// <summary>More than everything of BLK but the block.</summary>
    private const int BlockOverhead = 256;

    /// <summary>What GETSEGLIST has besides ids, with room to spare.</summary>
    private const int ListOverhead = 256;

    private readonly RetrievalOptions _options;
    private readonly IRandomSource _random;
    private readonly ILogger<RetrievalClient> _logger;
    private readonly RetrievalTransport _transport;
    private readonly BlockVerifier _verifier = new();

    /// <param name="options">The request timer, and whether blocks may come in the clear.</param>
    /// <param name="random">Where the numbers of requests come from.</param>
    /// <param name="time">The clock of the request timer.</param>
    /// <param name="logger">Told what peers did wrong.</param>
    public RetrievalClient(
        RetrievalOptions options, IRandomSource random, TimeProvider time, ILogger<RetrievalClient> logger)
        : this(options, random, time, logger, RetrievalTransport.CreateHandler(options))
    {
    }

    /// <summary>A client with another way to send requests.</summary>
    internal RetrievalClient(
        RetrievalOptions options,
        IRandomSource random,
        TimeProvider time,
        ILogger<RetrievalClient> logger,
        HttpMessageHandler handler)
    {
        _options = options;
        _random = random;
        _logger = logger;
        _transport = new RetrievalTransport(handler, options.RequestTimeout, time, logger);
    }

    /// <inheritdoc/>
    public async Task<BlockSet?> GetBlockListAsync(
        Uri peer, SegmentId id, BlockSet wanted, CancellationToken cancellationToken)
    {
        var request = new GetBlkList(id, wanted);
        (RetrievalReply reply, RetrievalVersion version) =
            await AskAsync(peer, request, _options.Cipher, RetrievalFrame.PrefixLength + BlockOverhead, cancellationToken)
                .ConfigureAwait(false);
        using (reply)
        {
            return RetrievalChecks.TryReadList(reply, version, id, wanted, out BlockSet listed) ? listed : null;
        }
    }

    /// <inheritdoc/>
    public async Task<BlockOutcome> GetBlockAsync(
        Uri peer, PeerContentSegment segment, int index, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (segment.GetBlockHash(index).IsEmpty || destination.Length != segment.GetBlockLength(index))
        {
            throw new ArgumentException("The block must be described, and the destination as long as it.", nameof(index));
        }

        var request = new GetBlks(segment.Id, BlockSet.Range(index, 1));
        BlockCipher wish = _options.AllowUnencrypted ? BlockCipher.None : _options.Cipher;
        (RetrievalReply reply, RetrievalVersion version) = await AskAsync(
            peer, request, wish, destination.Length + BlockOverhead, cancellationToken).ConfigureAwait(false);
        using (reply)
        {
            if (reply.Outcome != BlockOutcome.Received)
            {
                return reply.Outcome;
            }

            string? fault = RetrievalChecks.Open(
                reply, version, segment, index, _options.AllowUnencrypted, destination.Span, out BlockOutcome outcome);
            if (outcome == BlockOutcome.Received && !await _verifier.MatchesAsync(segment, index, destination).ConfigureAwait(false))
            {
                (outcome, fault) = (BlockOutcome.Corrupt, "it has another hash");
            }

            if (outcome != BlockOutcome.Received)
            {
                destination.Span.Clear();
            }

            Report(peer, segment.Id, index, outcome, fault);
            return outcome;
        }
    }

    /// <summary>Fetches a block without opening it, for a hosted cache that knows no secrets.</summary>
    /// <param name="peer">The peer's base address.</param>
    /// <param name="id">The segment.</param>
    /// <param name="index">The block.</param>
    /// <param name="maximumLength">Most bytes of ciphertext; more is no block of the segment.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How it ended; and, where the block came, the block, which the caller disposes of. It is not verified:
    /// nobody without the secret can.</returns>
    public async Task<(BlockOutcome Outcome, EncryptedBlock? Block)> GetSealedBlockAsync(
        Uri peer, SegmentId id, int index, int maximumLength, CancellationToken cancellationToken)
    {
        var request = new GetBlks(id, BlockSet.Range(index, 1));
        (RetrievalReply reply, RetrievalVersion version) =
            await AskAsync(peer, request, _options.Cipher, maximumLength + BlockOverhead, cancellationToken)
                .ConfigureAwait(false);
        if (reply.Outcome == BlockOutcome.Received)
        {
            string? fault = RetrievalChecks.Seal(
                reply, version, id, index, maximumLength, out BlockOutcome outcome, out EncryptedBlock? block);
            Report(peer, id, index, outcome, fault);
            if (block is null)
            {
                reply.Dispose();
            }

            return (outcome, block);
        }

        reply.Dispose();
        return (reply.Outcome, null);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<int>?> GetSegmentListAsync(
        Uri peer, IReadOnlyList<SegmentId> ids, CancellationToken cancellationToken)
    {
        List<int> held = [];
        for (int start = 0; start < ids.Count;)
        {
            SegmentId[] batch = TakeBatch(ids, start);
            if (!await AskForSegmentsAsync(peer, batch, start, held, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            start += batch.Length;
        }

        return held;
    }

    public void Dispose() => _transport.Dispose();

    /// <summary>Sends a request of version 1.0, and once more where the server speaks only another (3.1.5.1).</summary>
    private async Task<(RetrievalReply Reply, RetrievalVersion Version)> AskAsync<T>(
        Uri peer, T request, BlockCipher wish, int expectedLength, CancellationToken cancellationToken)
        where T : struct, IRetrievalMessage
    {
        RetrievalVersion version = RetrievalVersion.V1;
        RetrievalReply reply = await _transport
            .PostAsync(peer, Encode(request, version, wish), expectedLength, cancellationToken).ConfigureAwait(false);
        if (!reply.TryReadVersions(out RetrievalVersionRange versions))
        {
            return (reply, version);
        }

        reply.Dispose();
        ushort? common = RetrievalVersionRange.All.GetHighestCommonMajor(versions);

        // A server that speaks 1.0 and still does not answer it contradicts itself; asking again would have no end.
        if (common is null || common == version.Major)
        {
            RetrievalLog.Failed(_logger, peer, $"it speaks versions {versions.Minimum} to {versions.Maximum}");
            return (RetrievalReply.Without(BlockOutcome.Failed), version);
        }

        version = RetrievalVersion.V2;
        reply = await _transport
            .PostAsync(peer, Encode(request, version, wish), expectedLength, cancellationToken).ConfigureAwait(false);
        return (reply, version);
    }

    // As many ids as one request has room for.
    private static SegmentId[] TakeBatch(IReadOnlyList<SegmentId> ids, int start)
    {
        int room = RetrievalFrame.MaximumRequest - ListOverhead;
        int end = start;
        while (end < ids.Count && (room -= RetrievalFields.GetSizedLength(ids[end].Bytes.Length)) >= 0)
        {
            end++;
        }

        return [.. ids.Skip(start).Take(end - start)];
    }

    private async Task<bool> AskForSegmentsAsync(
        Uri peer, SegmentId[] batch, int start, List<int> held, CancellationToken cancellationToken)
    {
        var request = new GetSegList { RequestId = _random.NextBits128(), SegmentIds = batch };
        int expectedLength = ListOverhead + (batch.Length * SegmentRange.WireLength);
        using RetrievalReply reply = await _transport
            .PostAsync(peer, Encode(request, RetrievalVersion.V2, _options.Cipher), expectedLength, cancellationToken).ConfigureAwait(false);

        if (RetrievalChecks.ReadSegments(reply, request.RequestId, batch.Length) is not { } isHeld)
        {
            return false;
        }

        held.AddRange(Enumerable.Range(0, batch.Length).Where(index => isHeld[index]).Select(index => start + index));
        return true;
    }

    private void Report(Uri peer, SegmentId id, int index, BlockOutcome outcome, string? fault)
    {
        if (outcome == BlockOutcome.Corrupt)
        {
            RetrievalLog.Corrupt(_logger, peer, index, id, fault!);
        }
        else if (fault is not null)
        {
            RetrievalLog.Failed(_logger, peer, fault);
        }
    }

    private static byte[] Encode<T>(T request, RetrievalVersion version, BlockCipher wish)
        where T : IRetrievalMessage
    {
        byte[] bytes = new byte[RetrievalFrame.GetRequestLength(request)];
        RetrievalFrame.WriteRequest(bytes, request, version, wish);
        return bytes;
    }
}

/// <summary>The client role of MS-PCCRR: asks one peer for one thing. Nothing but cancellation is thrown.</summary>
internal interface IRetrievalClient
{
    /// <summary>Asks which of some blocks a peer has (GETBLKLIST); null where it gives no usable answer.</summary>
    /// <param name="peer">Its base address, such as <c>http://192.0.2.7:8008/</c>.</param>
    /// <param name="id">The segment.</param>
    /// <param name="wanted">The blocks of interest.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<BlockSet?> GetBlockListAsync(Uri peer, SegmentId id, BlockSet wanted, CancellationToken cancellationToken);

    /// <summary>Fetches, decrypts and verifies one block (GETBLKS).</summary>
    /// <param name="peer">Its base address.</param>
    /// <param name="segment">The segment, whose information describes the block.</param>
    /// <param name="index">The block.</param>
    /// <param name="destination">Takes the block: exactly its length.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<BlockOutcome> GetBlockAsync(
        Uri peer, PeerContentSegment segment, int index, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>Asks a hosted cache which segments it has (GETSEGLIST): the indexes into <paramref name="ids"/>, or
    /// null where it gives no usable answer, as one that speaks only version 1.0 does.</summary>
    Task<IReadOnlyList<int>?> GetSegmentListAsync(
        Uri peer, IReadOnlyList<SegmentId> ids, CancellationToken cancellationToken);
}

/// <summary>What the settings say of both roles of MS-PCCRR. The defaults are its own.</summary>
internal sealed record RetrievalOptions
{
    /// <summary>Clients that are served at once; more get the empty answer (3.2.1).</summary>
    public int MaximumClients { get; init; } = 64;

    /// <summary>How long one exchange may take on the client, connecting included (3.1.2).</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What blocks are encrypted with. The choice is the server's (3.2.5.3).</summary>
    public BlockCipher Cipher { get; init; } = BlockCipher.Aes128;

    /// <summary>Whether blocks go in the clear to those who ask for that, and are asked for and taken so: then whoever knows an
    /// id can read the content.</summary>
    public bool AllowUnencrypted { get; init; }

    /// <summary>Whether this node is a hosted cache, which alone answers GETSEGLIST (3).</summary>
    public bool IsHostedCache { get; init; }
}
