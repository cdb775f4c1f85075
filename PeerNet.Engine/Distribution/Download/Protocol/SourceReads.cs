using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>The blocks that only the source may still have, and what of them is being read, neighbours together.</summary>
/// <param name="context">What the parts share.</param>
/// <param name="layout">Where the blocks are.</param>
/// <param name="hasSource">Whether there is one.</param>
internal sealed class SourceReads(DownloadContext context, ContentLayout layout, bool hasSource)
{
    // The source is not left behind: segments that wait for it could still be found at a peer.
    private const int MostBytesMissing = 4 * DownloadLimits.SourceReads * DownloadLimits.SourceRead;

    private readonly BlockMap _missing = new(layout.BlockCount);
    private readonly int _mostMissing = MostBytesMissing / Math.Max(1, layout.LargestBlock);
    private int _first;
    private int _reads;
    private bool _hasFailed;

    /// <summary>Whether there is a source that delivers.</summary>
    public bool IsOn => hasSource && !_hasFailed;

    /// <summary>How many blocks nobody has sent, those left out that are being read.</summary>
    public int Missing => _missing.Marked;

    /// <summary>Whether nothing is being read, nor waits to be.</summary>
    public bool IsIdle => _reads == 0 && (!IsOn || _missing.Marked == 0);

    /// <summary>Whether so much waits that no more should be looked for.</summary>
    public bool IsBehind => IsOn && _missing.Marked > _mostMissing;

    /// <summary>Nobody else has some blocks of a segment.</summary>
    public void Add(int index, BlockSet blocks)
    {
        for (int block = blocks.NextFrom(0); block >= 0; block = blocks.NextFrom(block + 1))
        {
            Mark(layout.GetNumber(index, block));
        }
    }

    /// <summary>Takes all blocks of a segment that are not being read: somebody else is asked for them.</summary>
    public BlockSet Take(int index)
    {
        (int firstBlock, int count) = layout.GetBlocks(index);
        var taken = default(BlockSet);
        for (int block = firstBlock; block < firstBlock + count; block++)
        {
            int number = layout.GetNumber(index, block);
            if (_missing.Contains(number))
            {
                _missing.Remove(number);
                taken.Add(block);
            }
        }

        return taken;
    }

    /// <summary>Has read what waits, as much as may be read at once.</summary>
    public void Read()
    {
        while (IsOn && _reads < DownloadLimits.SourceReads && TryTake(out SourceRead? read))
        {
            _reads++;
            Try(read);
        }
    }

    /// <summary>What was read is there.</summary>
    public void End() => _reads--;

    /// <summary>Nothing was read.</summary>
    /// <param name="now">The time.</param>
    /// <param name="read">What was to be.</param>
    /// <param name="isPassing">Whether it may be better for another try.</param>
    public void Fail(TimeSpan now, SourceRead read, bool isPassing)
    {
        if (IsOn && isPassing && read.Attempts < DownloadLimits.SourceAttempts)
        {
            context.Timers.Set(
                new(DownloadTimerKind.Source, read), now + (DownloadLimits.SourceDelay * (1 << (read.Attempts - 1))));
            return;
        }

        _hasFailed = true;
        Return(read);
    }

    /// <summary>The time of another try has come.</summary>
    public void TryAgain(SourceRead read)
    {
        if (IsOn)
        {
            Try(read);
        }
        else
        {
            Return(read);
        }
    }

    private void Try(SourceRead read)
    {
        read.Attempts++;
        context.Do(new DownloadEffect.Read(context.Download, read));
    }

    private void Return(SourceRead read)
    {
        _reads--;
        for (int number = read.First; number < read.First + read.Count; number++)
        {
            Mark(number);
        }
    }

    private void Mark(int number)
    {
        _missing.Add(number);
        _first = Math.Min(_first, number);
    }

    // The first run of neighbours; one block is taken whatever its length.
    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SourceRead? read)
    {
        int first = _missing.NextMarked(_first);
        if (first < 0)
        {
            read = null;
            return false;
        }

        int count = 0;
        int bytes = 0;
        for (int number = first; number < _missing.Length && _missing.Contains(number); number++)
        {
            (int index, int block) = layout.Locate(number);
            bytes += layout.GetContentRange(index, block).Length;
            if (count > 0 && bytes > DownloadLimits.SourceRead)
            {
                break;
            }

            _missing.Remove(number);
            count++;
        }

        _first = first + count;
        read = new(first, count);
        return true;
    }
}
