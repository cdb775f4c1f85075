using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;

namespace PeerNet.PowerShell.Base;

/// <summary>
/// Runs one asynchronous piece of work under a cmdlet. Whatever the work writes is written on the pipeline thread
/// while that waits, so output streams; when the pipeline stops, the work is cancelled and has ended before the
/// cmdlet returns.
/// </summary>
internal sealed class AsyncPump : IDisposable
{
    private static readonly TimeSpan ProgressDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    private readonly BlockingCollection<Action> _messages = [];
    private readonly PeerCmdlet _cmdlet;
    private readonly PumpProgress? _progress;
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private bool _isProgressShown;

    private AsyncPump(PeerCmdlet cmdlet, PumpProgress? progress)
    {
        _cmdlet = cmdlet;
        _progress = progress;
    }

    /// <summary>Runs <paramref name="work"/> to its end and rethrows what it throws.</summary>
    public static void Run(
        PeerCmdlet cmdlet,
        Func<AsyncPump, CancellationToken, Task> work,
        PumpProgress? progress,
        CancellationToken stopping)
    {
        using var pump = new AsyncPump(cmdlet, progress);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task task = work(pump, cancellation.Token);
        if (!task.IsCompleted)
        {
            task = pump.CompleteAsync(task);
            pump.Drain(task, cancellation);
        }

        try
        {
            task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }

        pump.WriteRest();
    }

    /// <summary>Writes on the pipeline thread, soon.</summary>
    public void Post(Action write) => _messages.Add(write);

    public void Dispose() => _messages.Dispose();

    private async Task CompleteAsync(Task work)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        finally
        {
            _messages.CompleteAdding();
        }
    }

    private void Drain(Task task, CancellationTokenSource cancellation)
    {
        try
        {
            while (!_messages.IsCompleted)
            {
                if (_messages.TryTake(out Action? write, _progress is null ? Timeout.InfiniteTimeSpan : ProgressInterval))
                {
                    write();
                }

                ShowProgress();
            }

            HideProgress();
        }
        catch
        {
            // A write throws when the pipeline stops, or when the next command has enough. The work must not go on
            // behind the caller's back.
            cancellation.Cancel();
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
            throw;
        }
    }

    private void WriteRest()
    {
        while (_messages.TryTake(out Action? write))
        {
            write();
        }
    }

    private void ShowProgress()
    {
        if (_progress is not null && _elapsed.Elapsed > ProgressDelay)
        {
            _isProgressShown = true;
            _cmdlet.WriteProgress(_progress.Running(_elapsed.Elapsed));
        }
    }

    private void HideProgress()
    {
        if (_isProgressShown)
        {
            _cmdlet.WriteProgress(_progress!.Completed());
        }
    }
}
