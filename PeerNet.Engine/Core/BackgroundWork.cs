using System.Collections.Concurrent;

namespace PeerNet.Engine.Core;

/// <summary>Work that nobody waits for but whoever ends it. For any number of threads.</summary>
/// <param name="report">Told of what fails and should not.</param>
internal sealed class BackgroundWork(Action<Exception> report) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Task, bool> _tasks = [];

    // Never disposed of: it has nothing to free, and what begins at the end still has to find it cancelled.
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Cancelled when the work is to end.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Begins a piece of it.</summary>
    public void Run(Func<Task> work) => Run(
        async () =>
        {
            await work().ConfigureAwait(false);
            return true;
        },
        exception =>
        {
            report(exception);
            return false;
        },
        _ => { });

    /// <summary>Begins a piece of it that comes to something.</summary>
    /// <param name="work">What takes its time.</param>
    /// <param name="failed">What it has come to where it has thrown.</param>
    /// <param name="done">Told what it has come to.</param>
    public void Run<T>(Func<Task<T>> work, Func<Exception, T> failed, Action<T> done)
    {
        Task task = Task.Run(async () =>
        {
            T outcome;
            try
            {
                outcome = await work().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Nobody waits for it, and it is told or reported.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                outcome = failed(exception);
            }

            done(outcome);
        });
        _tasks[task] = true;
        _ = task.ContinueWith(ended => _tasks.TryRemove(ended, out _), TaskScheduler.Default);
    }

    /// <summary>Asks the work to end.</summary>
    public Task StopAsync() => _stopping.CancelAsync();

    /// <summary>Waits until all of it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await Task.WhenAll(_tasks.Keys).ConfigureAwait(false);
    }
}
