namespace PeerNet.Engine.Distribution.Caching;

/// <summary>Segments in the order of their last use. A segment is in one such order at most.</summary>
internal sealed class UseOrder
{
    /// <summary>The least recently used.</summary>
    public CachedSegment? Oldest { get; private set; }

    private CachedSegment? Newest { get; set; }

    /// <summary>Adds a segment as the most recently used.</summary>
    public void Add(CachedSegment segment)
    {
        segment.Older = Newest;
        segment.Newer = null;
        if (Newest is null)
        {
            Oldest = segment;
        }
        else
        {
            Newest.Newer = segment;
        }

        Newest = segment;
    }

    /// <summary>Takes a segment out.</summary>
    public void Remove(CachedSegment segment)
    {
        if (segment.Older is null)
        {
            Oldest = segment.Newer;
        }
        else
        {
            segment.Older.Newer = segment.Newer;
        }

        if (segment.Newer is null)
        {
            Newest = segment.Older;
        }
        else
        {
            segment.Newer.Older = segment.Older;
        }

        segment.Older = null;
        segment.Newer = null;
    }

    /// <summary>Makes a segment the most recently used.</summary>
    public void Touch(CachedSegment segment)
    {
        if (segment != Newest)
        {
            Remove(segment);
            Add(segment);
        }
    }
}
