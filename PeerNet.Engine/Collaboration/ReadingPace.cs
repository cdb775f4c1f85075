namespace PeerNet.Engine.Collaboration;

/// <summary>How fast one link is read (PROTOCOL.md 5).</summary>
internal sealed class ReadingPace
{
    private const double BytesAtOnce = 256 * 1024;
    private const double BytesPerSecond = 64 * 1024;
    private const double FramesAtOnce = 200;
    private const double FramesPerSecond = 50;

    private double _bytes = BytesAtOnce;
    private double _frames = FramesAtOnce;
    private TimeSpan _filled;

    /// <summary>Takes one frame.</summary>
    /// <param name="length">Its bytes.</param>
    /// <param name="now">The time on a scale that never goes back.</param>
    /// <returns>How long to wait before it is read.</returns>
    public TimeSpan Take(int length, TimeSpan now)
    {
        double seconds = (now - _filled).TotalSeconds;
        _filled = now;
        _bytes = Math.Min(BytesAtOnce, _bytes + (seconds * BytesPerSecond)) - length;
        _frames = Math.Min(FramesAtOnce, _frames + (seconds * FramesPerSecond)) - 1;
        double wait = Math.Max(-_bytes / BytesPerSecond, -_frames / FramesPerSecond);
        return wait > 0 ? TimeSpan.FromSeconds(wait) : TimeSpan.Zero;
    }
}
