namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>
/// Work that costs less for several than for each: what is asked for while one thread does what came before is done next, together.
/// Nobody waits for others to come.
/// </summary>
/// <param name="together">Most that is done in one go; the first of it is done when the last is.</param>
/// <param name="work">Does it. What it throws is everybody's of that go.</param>
internal sealed class Gathering<T>(int together, Action<T[]> work) : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private readonly Queue<(T Item, TaskCompletionSource Done)> _waiting = [];
    private bool _isRunning;

    /// <summary>Has something done.</summary>
    public Task DoAsync(T item)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool begins;
        lock (_gate)
        {
            _waiting.Enqueue((item, done));
            begins = !_isRunning;
            _isRunning = true;
        }

        if (begins)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        return done.Task;
    }

    void IThreadPoolWorkItem.Execute()
    {
        List<(T Item, TaskCompletionSource Done)> batch = new(together);
        while (Take(batch))
        {
            Do(batch);
        }
    }

    private bool Take(List<(T Item, TaskCompletionSource Done)> batch)
    {
        batch.Clear();
        lock (_gate)
        {
            while (batch.Count < together && _waiting.TryDequeue(out (T Item, TaskCompletionSource Done) next))
            {
                batch.Add(next);
            }

            return _isRunning = batch.Count > 0;
        }
    }

    private void Do(List<(T Item, TaskCompletionSource Done)> batch)
    {
        try
        {
            work([.. batch.Select(waiting => waiting.Item)]);
            batch.ForEach(waiting => waiting.Done.SetResult());
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to those who wait.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            batch.ForEach(waiting => waiting.Done.TrySetException(exception));
        }
    }
}
