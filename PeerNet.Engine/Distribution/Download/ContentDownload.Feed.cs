using System.Buffers;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <content>What is looked for where, and when all has been tried.</content>
internal sealed partial class ContentDownload
{
    // A probe is asked for several segments, but the first must not wait for long.
    private const int BytesPerRound = 8 * 1024 * 1024;

    // The source is not left behind: segments that wait for it could still be found at a peer.
    private int MostMissing => 4 * _options.SourceReads * _options.SourceRead / Math.Max(1, _layout.LargestBlock);

    private async Task FetchAsync()
    {
        await FeedAsync().ConfigureAwait(false);
        while (true)
        {
            await DrainAsync().ConfigureAwait(false);
            int received = TakeReceived();
            if (IsDone || received == 0)
            {
                return;
            }

            // Somebody delivers, but not everything on the first try, and there is no source to go to instead.
            await FeedMissingAsync().ConfigureAwait(false);
        }
    }

    private async Task FeedAsync()
    {
        BlockMap claimed = PartialState.Read(_task.File, _layout.BlockCount);
        DownloadLog.Begins(_logger, _layout.Length, _task.Request.Path, claimed.Marked);
        List<SegmentSession> round = [];
        long found = 0;
        for (int index = 0; index < _layout.SegmentCount; index++)
        {
            BlockSet wanted = await TakeAtHandAsync(index, claimed).ConfigureAwait(false);
            int count = wanted.Count;
            found += (long)(_layout.GetBlocks(index).Count - count) * _layout.GetSegment(index).BlockSize;
            if (count > 0)
            {
                round.Add(new(index, _layout.GetSegment(index), wanted, _options));
            }

            if (IsRound(round) || (found >= BytesPerRound && round.Count > 0))
            {
                await AddAsync(round).ConfigureAwait(false);
                round = [];
                found = 0;
            }
        }

        await AddAsync(round).ConfigureAwait(false);
    }

    private async Task FeedMissingAsync()
    {
        DownloadLog.AsksAgain(_logger, _task.Request.Path, _missing.Count);
        lock (_gate)
        {
            _machine.ReturnServers();
        }

        List<SegmentSession> round = [];
        for (int index = 0; index < _layout.SegmentCount; index++)
        {
            BlockSet wanted = _missing.TakeSegment(index);
            if (wanted.IsEmpty)
            {
                continue;
            }

            round.Add(new(index, _layout.GetSegment(index), wanted, _options));
            if (IsRound(round))
            {
                await AddAsync(round).ConfigureAwait(false);
                round = [];
            }
        }

        await AddAsync(round).ConfigureAwait(false);
    }

    private bool IsRound(List<SegmentSession> round) => round.Count >= _options.SegmentsPerProbe
        || (round.Count >= _options.MinimumSessions
            && round.Sum(session => session.Wanted.Count) >= _options.MaximumRequests);

    // What the interrupted download left, and what the cache has.
    private async ValueTask<BlockSet> TakeAtHandAsync(int index, BlockMap claimed)
    {
        PeerContentSegment segment = _layout.GetSegment(index);
        (int first, int count) = _layout.GetBlocks(index);
        BlockSet wanted = BlockSet.Range(first, count);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(segment.BlockSize);
        try
        {
            for (int block = first; block < first + count; block++)
            {
                Memory<byte> data = buffer.AsMemory(0, segment.GetBlockLength(block));
                if (claimed.Contains(_layout.GetNumber(index, block)) && IsLeft(index, block, data.Span))
                {
                    Keep(index, block, data.Span, BlockSource.PartialFile);
                    wanted.Remove(block);
                }
                else if (_sources.Cache is { } cache
                    && await cache.TryReadAsync(segment, block, data, _stop.Token).ConfigureAwait(false))
                {
                    Keep(index, block, data.Span, BlockSource.Cache);
                    wanted.Remove(block);
                }
            }

            _stop.Token.ThrowIfCancellationRequested();
            return wanted;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A block that the range cuts is not whole in the file, and cannot be checked.
    private bool IsLeft(int index, int block, Span<byte> data)
    {
        (long position, _, int length) = _layout.GetFilePart(index, block);
        if (length != data.Length)
        {
            return false;
        }

        _task.File.Read(data, position);
        PeerContentSegment segment = _layout.GetSegment(index);
        return SegmentCryptography.Matches(segment.HashAlgorithm, data, segment.GetBlockHash(block));
    }

    private async Task AddAsync(List<SegmentSession> round)
    {
        await WaitForRoomAsync().ConfigureAwait(false);
        Work work;
        lock (_gate)
        {
            if (_source is not { Failure: null })
            {
                // That nobody had a segment saves the way to others only where there is another way.
                round.ForEach(session => _lists.ForgetEmpty(session.Segment.Id, Now));
            }

            _machine.Add(round, Now);
            work = Collect();
        }

        StartAll(work);
    }

    private async Task WaitForRoomAsync()
    {
        while (true)
        {
            Task changed = _changed.Next;
            Task missingChanged = _missing.Changed.Next;
            lock (_gate)
            {
                _stop.Token.ThrowIfCancellationRequested();
                if (_machine.WantsSegments && (_source is not { Failure: null } || _missing.Count <= MostMissing))
                {
                    return;
                }
            }

            await Task.WhenAny(changed, missingChanged).ConfigureAwait(false);
        }
    }

    // Until nothing is under way any more.
    private async Task DrainAsync()
    {
        while (true)
        {
            Task changed = _changed.Next;
            Task missingChanged = _missing.Changed.Next;
            lock (_gate)
            {
                _stop.Token.ThrowIfCancellationRequested();
                if (_machine.IsIdle && _running.Count == 0 && _source is not { IsIdle: false })
                {
                    return;
                }
            }

            await Task.WhenAny(changed, missingChanged).ConfigureAwait(false);
        }
    }

    private async Task WaitForRequestsAsync()
    {
        while (true)
        {
            Task changed = _changed.Next;
            lock (_gate)
            {
                if (_running.Count == 0)
                {
                    return;
                }
            }

            await changed.ConfigureAwait(false);
        }
    }
}
