namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Whether so many records come that a copy saved is worth more than a moment lost.</summary>
internal sealed class FloodPace
{
    private readonly TimeSpan[] _times = new TimeSpan[GraphOptions.BusyRecords];
    private long _count;

    /// <summary>A record is passed on.</summary>
    /// <returns>Whether many were, just before it.</returns>
    public bool Add(TimeSpan now)
    {
        ref TimeSpan earlier = ref _times[_count % _times.Length];
        bool isBusy = _count >= _times.Length && now - earlier < GraphOptions.BusyTime;
        earlier = now;
        _count++;
        return isBusy;
    }
}
