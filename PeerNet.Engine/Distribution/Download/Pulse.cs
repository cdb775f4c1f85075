namespace PeerNet.Engine.Distribution.Download;

/// <summary>Wakes who waits for something to change. Take <see cref="Next"/> before looking, then await it.</summary>
internal sealed class Pulse
{
    private TaskCompletionSource? _next;

    /// <summary>Ends with the next <see cref="Set"/>.</summary>
    public Task Next
    {
        get
        {
            TaskCompletionSource fresh = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return (Interlocked.CompareExchange(ref _next, fresh, null) ?? fresh).Task;
        }
    }

    public void Set() => Interlocked.Exchange(ref _next, null)?.TrySetResult();
}
