namespace PeerNet.PowerShell.Base;

/// <summary>
/// What a cmdlet does for several inputs side by side. What each comes to is written on the pipeline's thread, in the order in
/// which they came. Whoever disposes of it while something runs ends that, and waits until it has ended.
/// </summary>
/// <typeparam name="T">What is done.</typeparam>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="stopping">Ctrl+C.</param>
internal sealed class ParallelWork<T>(PeerCmdlet cmdlet, CancellationToken stopping) : IDisposable
{
    private readonly Queue<Piece> _running = [];

    /// <summary>Begins one more, and writes those that are ready.</summary>
    /// <param name="what">What tells it from others; of the same there is one at a time.</param>
    /// <param name="limit">How many may run at once, with this one.</param>
    /// <param name="work">Does it, on any thread.</param>
    /// <param name="input">What errors name as their target.</param>
    /// <param name="progress">What is shown while the cmdlet waits for it.</param>
    /// <param name="write">Writes what it has come to.</param>
    public void Begin(
        string what, int limit, Func<CancellationToken, Task<T>> work, object? input, PumpProgress progress, Action<T> write)
    {
        while (_running.Count >= limit)
        {
            EndFirst();
        }

        var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _running.Enqueue(new(what, Task.Run(() => work(stop.Token), CancellationToken.None), stop, input, progress, write));
        while (_running.TryPeek(out Piece? first) && first.Task.IsCompleted)
        {
            EndFirst();
        }
    }

    /// <summary>Waits for what was begun by that name, and for all before it.</summary>
    public void EndOf(string what)
    {
        while (_running.Any(piece => piece.What == what))
        {
            EndFirst();
        }
    }

    /// <summary>Waits for all.</summary>
    public void End()
    {
        while (_running.Count > 0)
        {
            EndFirst();
        }
    }

    public void Dispose()
    {
        foreach (Piece piece in _running)
        {
            piece.Stop.Cancel();
        }

        while (_running.TryDequeue(out Piece? piece))
        {
            // What it throws has nobody left to be told.
            Task.WaitAny([piece.Task], CancellationToken.None);
            _ = piece.Task.Exception;
            piece.Stop.Dispose();
        }
    }

    private void EndFirst()
    {
        Piece first = _running.Peek();
        T result = default!;
        bool isDone = cmdlet.Report(
            () => AsyncPump.Run(
                cmdlet,
                async (_, token) => result = await WaitAsync(first, token).ConfigureAwait(false),
                first.Progress,
                stopping),
            first.Input);
        _running.Dequeue().Stop.Dispose();
        if (isDone)
        {
            first.Write(result);
        }
    }

    private static async Task<T> WaitAsync(Piece piece, CancellationToken token)
    {
        using (token.UnsafeRegister(_ => piece.Stop.Cancel(), null))
        {
            return await piece.Task.ConfigureAwait(false);
        }
    }

    private sealed record Piece(
        string What, Task<T> Task, CancellationTokenSource Stop, object? Input, PumpProgress Progress, Action<T> Write);
}
