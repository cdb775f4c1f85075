namespace PeerNet.Engine.Tests.Support;

/// <summary>The system's clock, whose wall time a test sets wrong.</summary>
internal sealed class JumpingTimeProvider : TimeProvider
{
    private long _offset;

    public TimeSpan Offset
    {
        get => new(Interlocked.Read(ref _offset));
        set => Interlocked.Exchange(ref _offset, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
}
