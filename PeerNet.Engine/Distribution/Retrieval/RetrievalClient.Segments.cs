using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <content>Asking a hosted cache for segments (MS-PCCRR 3.1.4.4).</content>
internal sealed partial class RetrievalClient
{
    /// <summary>What GETSEGLIST has besides ids, with room to spare.</summary>
    private const int ListOverhead = 256;

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
        var request = new GetSegList { RequestId = _random.NextUInt128(), SegmentIds = batch };
        int expectedLength = ListOverhead + (batch.Length * SegmentRange.WireLength);
        using RetrievalReply reply = await _transport
            .PostAsync(peer, Encode(request, RetrievalVersion.V2, _options.Cipher), expectedLength, cancellationToken).ConfigureAwait(false);

        // NEGO_RESP is no answer either: GETSEGLIST exists in 2.0 only, and that was sent.
        if (!reply.TryRead(RetrievalMessageType.SegList, RetrievalVersion.V2, out _, out WireReader body)
            || !SegList.TryRead(ref body, out SegList? list)
            || list!.RequestId != request.RequestId
            || !TryMark(list.Ranges, batch.Length, out bool[] isHeld))
        {
            return false;
        }

        held.AddRange(Enumerable.Range(0, batch.Length).Where(index => isHeld[index]).Select(index => start + index));
        return true;
    }

    // All indexes must be those of segments that were asked for (3.1.5.4).
    private static bool TryMark(IReadOnlyList<SegmentRange> ranges, int count, out bool[] isHeld)
    {
        isHeld = new bool[count];
        foreach (SegmentRange range in ranges)
        {
            if ((ulong)range.Index + range.Count > (ulong)count)
            {
                return false;
            }

            isHeld.AsSpan((int)range.Index, (int)range.Count).Fill(true);
        }

        return true;
    }
}
