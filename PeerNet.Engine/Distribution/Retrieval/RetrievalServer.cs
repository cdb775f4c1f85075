using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>
/// The server role of MS-PCCRR without a transport: takes a request's bytes and makes the answer, in the order of 3.2.5.
/// </summary>
/// <remarks>
/// A hosted cache speaks versions 1.0 to 2.0. Other nodes speak 1.0 only, since nothing but the segment lists of hosted
/// caches is 2.0; they answer GETSEGLIST with NEGO_RESP.
/// </remarks>
internal sealed class RetrievalServer
{
    // Clients of a crowd are not all at the same place of a file.
    private const int MaximumHot = 64 << 20;

    private readonly ISegmentSource _source;
    private readonly RetrievalOptions _options;
    private readonly IRandomSource _random;
    private readonly ClientGate _gate;
    private readonly HotBlocks _hot;
    private readonly BlockSealer _sealer = new();
    private readonly RetrievalVersionRange _versions;

    /// <param name="source">What is served.</param>
    /// <param name="options">Limits and cipher.</param>
    /// <param name="random">Where initialization vectors come from.</param>
    /// <param name="time">The clock by which memory is given back.</param>
    public RetrievalServer(ISegmentSource source, RetrievalOptions options, IRandomSource random, TimeProvider time)
    {
        _source = source;
        _options = options;
        _random = random;
        _gate = new ClientGate(options.MaximumClients);
        _hot = new HotBlocks(MaximumHot, time);
        _versions = options.IsHostedCache ? RetrievalVersionRange.All : RetrievalVersionRange.First;
    }

    /// <summary>What it has counted.</summary>
    public CounterSet<RetrievalCounter> Counters { get; } = new("Retrieval");

    /// <summary>Clients that are served now.</summary>
    public int ActiveClients => _gate.Count;

    /// <summary>Makes the answer to a request.</summary>
    /// <param name="request">The whole body of the request; not used after the task has ended.</param>
    /// <param name="cancellationToken">The upload timer, or the client that went away.</param>
    /// <returns>The answer, which the caller disposes of when it is sent; null where the request is to be discarded (3.2.5.5).</returns>
    public ValueTask<RetrievalAnswer?> AnswerAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        Counters.Add(RetrievalCounter.Requests);
        if (!RetrievalFrame.TryReadRequest(request.Span, out RetrievalHeader header, out WireReader body))
        {
            return Discard();
        }

        if (!_versions.Contains(header.Version))
        {
            return new(Negotiate());
        }

        return header.Type switch
        {
            RetrievalMessageType.NegoReq when header.HasKnownCipher && NegoReq.TryRead(ref body, out _) => new(Negotiate()),
            RetrievalMessageType.GetBlkList when GetBlkList.TryRead(ref body, out GetBlkList list) => new(ListBlocks(list)),
            RetrievalMessageType.GetBlks when GetBlks.TryRead(ref body, out GetBlks blocks) =>
                SendBlockAsync(blocks, Choose(header.Cipher), cancellationToken),

            // A hosted cache speaks 2.0 and others do not, but the message must also say that it is of 2.0 (2.2.3).
            RetrievalMessageType.GetSegList when header.Version.Major == RetrievalVersion.V2.Major
                && GetSegList.TryRead(ref body, out GetSegList? segments) => new(ListSegments(segments!)),
            _ => Discard(),
        };
    }

    private ValueTask<RetrievalAnswer?> Discard()
    {
        Counters.Add(RetrievalCounter.Malformed);
        return default;
    }

    private RetrievalAnswer Negotiate()
    {
        Counters.Add(RetrievalCounter.Negotiations);
        return new RetrievalAnswer(Encode(new NegoResp(_versions), RetrievalVersion.V1), gate: null);
    }

    private bool TryEnter()
    {
        bool isIn = _gate.TryEnter();
        if (!isIn)
        {
            Counters.Add(RetrievalCounter.Busy);
        }

        return isIn;
    }

    // MS-PCCRR 3.2.5.2
    private RetrievalAnswer ListBlocks(GetBlkList request) => Serve(isIn =>
    {
        BlockSet held = (isIn ? _source.Find(request.SegmentId) : null)?.Blocks ?? default;
        BlockSet blocks = held.Intersect(request.Needed);
        var message = new BlkList
        {
            SegmentId = request.SegmentId.Bytes,
            Blocks = blocks,
            NextBlockIndex = GetNext(held, blocks),
        };
        return Encode(message, RetrievalVersion.V1);
    });

    // MS-PCCRR 3.2.5.3
    private async ValueTask<RetrievalAnswer?> SendBlockAsync(
        GetBlks request, BlockCipher cipher, CancellationToken cancellationToken)
    {
        int index = request.Requested.NextFrom(0);
        if (!TryEnter())
        {
            return Empty(request.SegmentId, index, next: 0, gate: null);
        }

        HeldBlock? block = null;
        try
        {
            SegmentHolding? holding = index < 0 ? null : _source.Find(request.SegmentId);
            int next = Math.Max(holding?.Blocks.NextFrom(index + 1) ?? 0, 0);
            if (holding is not null && holding.Blocks.Contains(index))
            {
                block = _hot.Find(request.SegmentId, index, cipher)
                    ?? await _source.ReadBlockAsync(request.SegmentId, index, cancellationToken).ConfigureAwait(false);
            }

            if (block is null || !IsSendable(block, cipher))
            {
                return Missing(request.SegmentId, index, next, block);
            }

            block = await ShareAsync(request.SegmentId, index, block, cipher).ConfigureAwait(false);
            return Full(request.SegmentId, index, next, block, cipher);
        }
        catch
        {
            block?.Dispose();
            _gate.Leave();
            throw;
        }
    }

    // The wish of a request counts where it is for no encryption and that is switched on.
    private BlockCipher Choose(BlockCipher wish) =>
        wish == BlockCipher.None && _options.AllowUnencrypted ? BlockCipher.None : _options.Cipher;

    private RetrievalAnswer Full(SegmentId id, int index, int next, HeldBlock block, BlockCipher cipher)
    {
        byte[] vector = block.Cipher == BlockCipher.None && cipher != BlockCipher.None ? CreateVector() : [];
        Counters.Add(RetrievalCounter.BlocksServed);
        Counters.Add(RetrievalCounter.SealedBlocksServed, block.Cipher == BlockCipher.None || block.IsShared ? 0 : 1);
        Counters.Add(RetrievalCounter.HotBlocksServed, block.IsShared ? 1 : 0);
        Counters.Add(RetrievalCounter.BytesServed, block.Length);
        return new RetrievalAnswer(id, index, next, block, cipher, vector, _sealer, _gate);
    }

    // What is asked for once is encrypted into the connection's buffer, and kept by nobody.
    private async ValueTask<HeldBlock> ShareAsync(SegmentId id, int index, HeldBlock block, BlockCipher cipher)
    {
        if (block.Cipher != BlockCipher.None || cipher == BlockCipher.None || !_hot.IsAskedAgain(id, index))
        {
            return block;
        }

        byte[] vector = CreateVector();
        byte[] ciphertext = GC.AllocateUninitializedArray<byte>(BlockEncryption.GetLength(block.Data.Length));
        await _sealer.SealAsync(cipher, block, vector, ciphertext).ConfigureAwait(false);
        var shared = new HeldBlock(ciphertext, block) { Cipher = cipher, InitializationVector = vector };
        block.Dispose();
        _hot.Keep(id, index, shared);
        return shared;
    }

    private byte[] CreateVector()
    {
        byte[] vector = new byte[Blk.VectorLength];
        _random.Fill(vector);
        return vector;
    }

    private RetrievalAnswer Missing(SegmentId id, int index, int next, HeldBlock? unsendable)
    {
        unsendable?.Dispose();
        Counters.Add(RetrievalCounter.BlocksMissing);
        return Empty(id, index, next, _gate);
    }

    // No plaintext without a secret to encrypt it with, and nothing that the message cannot carry.
    private static bool IsSendable(HeldBlock block, BlockCipher cipher) =>
        block.Data.Length is > 0 and <= RetrievalFrame.MaximumBlock
        && (block.Cipher == BlockCipher.None
            ? block.Secret.Length >= BlockEncryption.GetKeyLength(cipher)
            : block.InitializationVector.Length == Blk.VectorLength);

    private RetrievalAnswer Empty(SegmentId id, int index, int next, ClientGate? gate)
    {
        var message = new Blk { SegmentId = id.Bytes, BlockIndex = (uint)Math.Max(index, 0), NextBlockIndex = (uint)next };
        return new RetrievalAnswer(Encode(message, RetrievalVersion.V1), gate);
    }

    // MS-PCCRR 3.2.5.4
    private RetrievalAnswer ListSegments(GetSegList request) => Serve(isIn =>
    {
        var held = new HeldSegments();
        for (int i = 0; isIn && i < request.SegmentIds.Count; i++)
        {
            if (_source.Find(request.SegmentIds[i]) is { } holding)
            {
                held.Add(i, holding.Age);
            }
        }

        var message = new SegList { RequestId = request.RequestId, Ranges = held.Ranges, Ages = held.Ages };
        return Encode(message, RetrievalVersion.V2);
    });

    /// <summary>Makes an answer that is empty where there are too many clients.</summary>
    private RetrievalAnswer Serve(Func<bool, byte[]> answer)
    {
        bool isIn = TryEnter();
        try
        {
            return new RetrievalAnswer(answer(isIn), isIn ? _gate : null);
        }
        catch when (isIn)
        {
            _gate.Leave();
            throw;
        }
    }

    private byte[] Encode<T>(T message, RetrievalVersion version)
        where T : IRetrievalMessage, allows ref struct
    {
        byte[] bytes = new byte[RetrievalFrame.GetResponseLength(message)];
        RetrievalFrame.WriteResponse(bytes, message, version, _options.Cipher);
        return bytes;
    }

    // The first block held behind the last one listed; 0 for none (MS-PCCRR 2.2.5.2).
    private static uint GetNext(BlockSet held, BlockSet listed)
    {
        int next = 0;
        for (int index = listed.NextFrom(0); index >= 0; index = listed.NextFrom(index + 1))
        {
            next = held.NextFrom(index + 1);
        }

        return (uint)Math.Max(next, 0);
    }
}

/// <summary>The Active Client Count: how many clients are served, and no more than a maximum (MS-PCCRR 3.2.1).</summary>
internal sealed class ClientGate(int maximum)
{
    private int _count;

    /// <summary>Clients that are served now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Counts a client, unless there are as many as may be.</summary>
    public bool TryEnter()
    {
        int count = Volatile.Read(ref _count);
        while (count < maximum)
        {
            int seen = Interlocked.CompareExchange(ref _count, count + 1, count);
            if (seen == count)
            {
                return true;
            }

            count = seen;
        }

        return false;
    }

    /// <summary>Ends what a successful <see cref="TryEnter"/> began; called once for each, so it never falls below 0.</summary>
    public void Leave() => Interlocked.Decrement(ref _count);
}

/// <summary>What the retrieval server counts.</summary>
internal enum RetrievalCounter
{
    /// <summary>Requests that came in, sound or not.</summary>
    Requests,

    /// <summary>Requests that are no message.</summary>
    Malformed,

    /// <summary>Requests of a version that is not spoken here, or for versions.</summary>
    Negotiations,

    /// <summary>Requests beyond the clients that are served at once.</summary>
    Busy,

    /// <summary>Blocks asked for that are not here.</summary>
    BlocksMissing,

    /// <summary>Blocks sent.</summary>
    BlocksServed,

    /// <summary>Of those, blocks that were ciphertext here already.</summary>
    SealedBlocksServed,

    /// <summary>Of those, blocks that were encrypted here for several clients.</summary>
    HotBlocksServed,

    /// <summary>Bytes of blocks sent.</summary>
    BytesServed,

    /// <summary>Exchanges that took longer than the upload timer allows.</summary>
    TimedOut,

    /// <summary>Exchanges that the client ended.</summary>
    Aborted,
}
