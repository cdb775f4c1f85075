using System.Collections.Concurrent;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>Connections that read a graph's records beside the one that writes them: neither waits for the other. A few, which
/// are opened when they are wanted and used again. For any thread.</summary>
/// <param name="location">The database.</param>
/// <param name="proof">What is known of its records.</param>
internal sealed class RecordReaders(string location, RecordProof proof) : IDisposable
{
    // More would have the same disk and the same processors.
    private const int Most = 4;

    private readonly SemaphoreSlim _places = new(Most, Most);
    private readonly ConcurrentBag<RecordReader> _idle = [];
    private readonly CancellationTokenSource _closing = new();
    private int _isClosed;

    /// <summary>Has a reader do something, on a thread of the pool, as soon as one is free.</summary>
    /// <param name="read">What is read. It sees what was committed before.</param>
    /// <param name="cancellationToken">Gives up waiting, and ends a statement that runs.</param>
    /// <exception cref="OperationCanceledException">It was given up, or the database has been closed.</exception>
    /// <exception cref="PeerException">The database is damaged.</exception>
    public async Task<T> UseAsync<T>(Func<RecordReader, T> read, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        await _places.WaitAsync(ending.Token).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Use(read, ending.Token), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Has a reader look at all that is in the database.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PeerException">The database is damaged. From now on nothing of it is read or written.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await UseAsync(
                reader =>
                {
                    reader.Check();
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
            proof.End();
        }
        catch (PeerException failure) when (failure.Error == PeerErrors.InvalidDatabase)
        {
            proof.Fail(failure);
            throw;
        }
    }

    /// <summary>Ends what is read, and closes the connections.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        _closing.Cancel();
        for (int place = 0; place < Most; place++)
        {
            _places.Wait();
        }

        while (_idle.TryTake(out RecordReader? reader))
        {
            reader.Dispose();
        }
    }

    private T Use<T>(Func<RecordReader, T> read, CancellationToken ending)
    {
        if (!_idle.TryTake(out RecordReader? reader))
        {
            reader = new(location, proof);
        }

        try
        {
            T result = reader.Do(read, ending);
            _idle.Add(reader);
            return result;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }
}
