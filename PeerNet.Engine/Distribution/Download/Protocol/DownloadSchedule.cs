using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>
/// One download: who is asked for which block when, over all its segments, and what has come from where. It is told what
/// happened; each request, look and read that it wants is answered by one input.
/// </summary>
internal sealed class DownloadSchedule
{
    private readonly DownloadContext _context;
    private readonly ContentLayout _layout;
    private readonly DownloadMeans _means;
    private readonly RequestsInFlight _requests;
    private readonly ServerTable _servers;
    private readonly SessionTable _sessions;
    private readonly PeerSearch _search;
    private readonly Dispatching _dispatching;
    private readonly SourceReads _source;
    private readonly Rounds _rounds;
    private readonly long[] _bytes = new long[Enum.GetValues<BlockSource>().Length];
    private int _saved;
    private bool _hasReceived;
    private bool _hasSparedSearch;
    private bool _hasEnded;

    /// <param name="layout">What is wanted.</param>
    /// <param name="means">Where it may come from.</param>
    /// <param name="lists">Who has what, from other downloads too.</param>
    /// <param name="effects">Takes what is to be done.</param>
    public DownloadSchedule(
        ContentLayout layout, DownloadMeans means, ServerInformationLists lists, EffectList<DownloadEffect> effects)
    {
        _layout = layout;
        _means = means;
        _context = new(this, lists, effects);
        _requests = new(_context);
        _servers = new(_context, _requests, means.HostedCaches);
        _source = new(_context, layout, means.HasSource);
        _sessions = new(_context, _requests, _servers) { Ended = OnEnded, MaySearch = MaySearch };
        _search = new(_context, _requests, _servers, _sessions);
        _dispatching = new(_context, _requests, _servers);
        _rounds = new(_context, layout, _sessions, _source);
        Held = new(layout.BlockCount);
    }

    /// <summary>The blocks that are there.</summary>
    public BlockMap Held { get; }

    /// <summary>Whether all are.</summary>
    public bool IsWhole => Held.Marked == Held.Length;

    /// <summary>Whether the source is read no more.</summary>
    public bool IsSourceOff => !_source.IsOn;

    /// <summary>Servers that sent what they should not.</summary>
    public int ExcludedServers => _servers.Excluded;

    /// <summary>Peers that sent a block.</summary>
    public int UsefulPeers => _servers.UsefulPeers;

    /// <summary>When <see cref="Advance"/> is wanted; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public TimeSpan NextDue => _context.Timers.NextDue;

    /// <summary>Bytes of the wanted range that came from somewhere.</summary>
    public long GetBytes(BlockSource source) => _bytes[(int)source];

    public void Begin(Moment now)
    {
        _context.Timers.Set(new(DownloadTimerKind.Save), now.Elapsed + DownloadLimits.StateInterval);
        Settle(now.Elapsed);
    }

    /// <summary>What of a segment is at hand, and in its place.</summary>
    /// <param name="now">The time.</param>
    /// <param name="index">The segment.</param>
    /// <param name="left">Blocks that an interrupted download has left.</param>
    /// <param name="cached">Blocks that the cache has.</param>
    public void AtHand(Moment now, int index, BlockSet left, BlockSet cached)
    {
        Keep(index, left, BlockSource.PartialFile);
        Keep(index, cached, BlockSource.Cache);
        _rounds.AtHand(left.Union(cached));
        Settle(now.Elapsed);
    }

    /// <summary>A request for a block has ended; a received one is what it must be, and in its place.</summary>
    public void BlockEnded(Moment now, DownloadRequest request, BlockOutcome outcome)
    {
        bool isLate = !_requests.End(request);
        switch (outcome)
        {
            case BlockOutcome.Received:
                Take(request);
                _servers.Reward(now.Elapsed, request);
                break;
            case BlockOutcome.Corrupt:
                _servers.Blame(now.Elapsed, request);
                break;
            case BlockOutcome.Missing when !isLate:
                _servers.MarkMissing(now.Elapsed, request);
                break;
            case BlockOutcome.Busy when !isLate:
                _servers.BackOff(now.Elapsed, request.Server!);
                break;
            case BlockOutcome.Failed when !isLate:
                _servers.FailBlock(now.Elapsed, request);
                break;
        }

        _sessions.Review(now.Elapsed, request.Session);
        Settle(now.Elapsed);
    }

    /// <summary>A request for a block list has ended; null where it failed.</summary>
    public void BlockListEnded(Moment now, DownloadRequest request, BlockSet? available)
    {
        if (_requests.End(request))
        {
            _servers.SetList(now.Elapsed, request, available);
            _sessions.Review(now.Elapsed, request.Session);
        }

        Settle(now.Elapsed);
    }

    /// <summary>A hosted cache has said which segments it has, by their places in the request; null where it said nothing of
    /// use.</summary>
    public void SegmentListEnded(Moment now, DownloadRequest request, IReadOnlyList<int>? held)
    {
        if (_requests.End(request))
        {
            _search.EndSegmentList(now.Elapsed, request, held);
        }

        Settle(now.Elapsed);
    }

    /// <summary>A peer has answered a probe (2.8.2.5.1).</summary>
    public void Found(Moment now, DownloadRequest probe, Uri address, IReadOnlyList<SegmentId> ids)
    {
        if (!probe.IsReleased)
        {
            _search.Meet(now.Elapsed, probe, address, ids);
            Settle(now.Elapsed);
        }
    }

    /// <summary>A probe has ended.</summary>
    /// <param name="now">The time.</param>
    /// <param name="probe">The probe.</param>
    /// <param name="isAnswered">Whether everybody who has something had the time to say so.</param>
    public void ProbeEnded(Moment now, DownloadRequest probe, bool isAnswered)
    {
        if (_requests.End(probe))
        {
            _search.EndProbe(now.Elapsed, probe, isAnswered);
        }

        Settle(now.Elapsed);
    }

    /// <summary>A peer has answered a probe that has ended: what it has and the source has not been read for, it is asked for
    /// after all.</summary>
    public void FoundLate(Moment now, Uri address, IReadOnlyList<SegmentId> ids)
    {
        if (_hasEnded)
        {
            return;
        }

        _search.Meet(now.Elapsed, null, address, ids);
        _rounds.TakeBack(now.Elapsed, [.. ids]);
        Settle(now.Elapsed);
    }

    /// <summary>Blocks were read from the source, are what they must be, and in their places.</summary>
    public void SourceRead(Moment now, SourceRead read)
    {
        for (int number = read.First; number < read.First + read.Count; number++)
        {
            (int index, int block) = _layout.Locate(number);
            Keep(index, block, BlockSource.Origin);
        }

        _source.End();
        Settle(now.Elapsed);
    }

    /// <summary>Blocks could not be read from the source.</summary>
    /// <param name="now">The time.</param>
    /// <param name="read">Which.</param>
    /// <param name="isPassing">Whether another try may do better.</param>
    public void SourceFailed(Moment now, SourceRead read, bool isPassing)
    {
        _source.Fail(now.Elapsed, read, isPassing);
        Settle(now.Elapsed);
    }

    /// <summary>What was there has been written down, as well as could be.</summary>
    public void Saved(Moment now) =>
        _context.Timers.Set(new(DownloadTimerKind.Save), now.Elapsed + DownloadLimits.StateInterval);

    /// <summary>Does what has come due.</summary>
    public void Advance(Moment now)
    {
        bool isDue = false;
        while (_context.Timers.TryTake(now.Elapsed, out DownloadTimer timer))
        {
            isDue = true;
            Fire(now, timer);
        }

        if (isDue)
        {
            Settle(now.Elapsed);
        }
    }

    private void Fire(Moment now, DownloadTimer timer)
    {
        switch (timer.Kind)
        {
            case DownloadTimerKind.Request:
                Expire(now.Elapsed);
                break;
            case DownloadTimerKind.SecondRequest:
                _requests.NoteSlow(now.Elapsed);
                break;
            case DownloadTimerKind.Session:
                _sessions.GiveUpStuck(now.Elapsed);
                break;
            case DownloadTimerKind.Server:
                _servers.LookAgain(now.Elapsed, (DownloadServer)timer.Of!);
                break;
            case DownloadTimerKind.Source:
                _source.TryAgain((SourceRead)timer.Of!);
                break;
            default:
                Save(now);
                break;
        }
    }

    private void Expire(TimeSpan now)
    {
        while (_requests.TryTakeExpired(now, out DownloadRequest request))
        {
            _requests.Abandon(request);
            switch (request.Kind)
            {
                case DownloadRequestKind.Block:
                    _servers.FailBlock(now, request);
                    break;
                case DownloadRequestKind.BlockList:
                    _servers.SetList(now, request, null);
                    break;
                case DownloadRequestKind.SegmentList:
                    _search.EndSegmentList(now, request, null);
                    break;
                default:
                    _search.EndProbe(now, request, isAnswered: false);
                    break;
            }

            foreach (SegmentSession session in request.Sessions)
            {
                _sessions.Review(now, session);
            }
        }
    }

    private void Save(Moment now)
    {
        if (Held.Marked == _saved)
        {
            Saved(now);
            return;
        }

        _saved = Held.Marked;
        _context.Do(new DownloadEffect.Save(this, Held.Clone()));
    }

    // A block counts where its session still wants it: what the source is read for meanwhile comes from there.
    private void Take(DownloadRequest request)
    {
        SegmentSession session = request.Session;
        if (session.IsEnded || session.Downloaded.Contains(request.Block))
        {
            return;
        }

        _hasReceived = true;
        session.MarkDownloaded(request.Block);
        foreach (DownloadRequest twin in session.Requests.Where(request.IsTwinOf).ToArray())
        {
            _requests.Abandon(twin);
        }

        Keep(session.Index, request.Block, request.Server!.IsHostedCache ? BlockSource.HostedCache : BlockSource.Peer);
    }

    private void Keep(int index, BlockSet blocks, BlockSource source)
    {
        for (int block = blocks.NextFrom(0); block >= 0; block = blocks.NextFrom(block + 1))
        {
            Keep(index, block, source);
        }
    }

    private void Keep(int index, int block, BlockSource source)
    {
        if (Held.Add(_layout.GetNumber(index, block)))
        {
            _bytes[(int)source] += _layout.GetFilePart(index, block).Length;
        }
    }

    private void OnEnded(SegmentSession session) => _source.Add(session.Index, session.Wanted.Except(session.Downloaded));

    private bool MaySearch()
    {
        if (!_means.CanDiscover)
        {
            return false;
        }

        bool isSpared = _source.IsOn && _layout.DescribedLength <= DownloadLimits.SourceFirstLength;
        _hasSparedSearch |= isSpared;
        return !isSpared;
    }

    // What every input ends with: nothing that can be asked waits.
    private void Settle(TimeSpan now)
    {
        do
        {
            AskAround(now);
            _dispatching.Dispatch(now);
            _source.Read();
        }
        while (_rounds.GoOn(now) || TryAgain());
    }

    // Ending a session can be the last hope of none other, so one round does.
    private void AskAround(TimeSpan now)
    {
        _search.Ask(now);
        while (_context.IsReviewDue)
        {
            _context.IsReviewDue = false;
            _sessions.ReviewAll(now);
            _search.Ask(now);
        }
    }

    // Somebody delivers, but not everything on the first try, or peers were not looked for since there was a source, and there is
    // no source to go to instead: everybody is asked again. Where nobody delivers that is the end.
    private bool TryAgain()
    {
        if (!_rounds.IsDone || _context.Sessions.Count > 0 || !_requests.IsIdle || !_source.IsIdle || _hasEnded)
        {
            return false;
        }

        if (IsWhole || !(_hasReceived || _hasSparedSearch))
        {
            _hasEnded = true;
            _context.Do(new DownloadEffect.End(this));
            return false;
        }

        (_hasReceived, _hasSparedSearch) = (false, false);
        _context.Do(new DownloadEffect.AskAgain(this, _source.Missing));
        _servers.ReturnAll();
        _rounds.Restart();
        return true;
    }
}
