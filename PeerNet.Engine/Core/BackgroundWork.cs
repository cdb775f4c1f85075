using System.Collections.Concurrent;

namespace PeerNet.Engine.Core;

/// <summary>Work that nobody waits for but whoever ends it. For any number of threads.</summary>
/// <param name="report">Told of what fails and should not.</param>
internal sealed class BackgroundWork(Action<Exception> report) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Task, bool> _tasks = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Cancelled when the work is to end.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Begins a piece of it.</summary>
    public void Run(Func<Task> work)
    {
        Task task = Task.Run(async () =>
        {
            try
            {
                await work().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Nobody waits for it, and nothing of it should fail; it is reported.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                report(exception);
            }
        });
        _tasks[task] = true;
        _ = task.ContinueWith(done => _tasks.TryRemove(done, out _), TaskScheduler.Default);
    }

    /// <summary>Asks the work to end.</summary>
    public Task StopAsync() => _stopping.CancelAsync();

    /// <summary>Waits until all of it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await Task.WhenAll(_tasks.Keys).ConfigureAwait(false);
        _stopping.Dispose();
    }
}
