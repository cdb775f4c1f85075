using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>
/// Encrypts blocks that are to go out. Those of several requests at once are encrypted side by side, where the processor can: one
/// thread does all that have come while it did the ones before.
/// </summary>
internal sealed class BlockSealer : IThreadPoolWorkItem
{
    // What is done in one go; the first of it goes out when the last is done.
    private const int Together = 8;

    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _waiting = [];
    private bool _isRunning;

    /// <summary>Encrypts a block.</summary>
    /// <param name="cipher">What with.</param>
    /// <param name="block">Plaintext, with its secret; not to be disposed of before the task has ended.</param>
    /// <param name="vector">The initialization vector.</param>
    /// <param name="target">Takes <see cref="BlockEncryption.GetLength"/> bytes.</param>
    public ValueTask SealAsync(BlockCipher cipher, HeldBlock block, ReadOnlyMemory<byte> vector, Memory<byte> target)
    {
        if (cipher != BlockCipher.Aes128 || !AesChains.IsSupported)
        {
            BlockEncryption.Encrypt(cipher, block.Secret.Span, vector.Span, block.Data.Span, target.Span);
            return ValueTask.CompletedTask;
        }

        var waiting = new Waiting(
            new(block.Secret[..BlockEncryption.GetKeyLength(cipher)], vector, block.Data, target),
            new(TaskCreationOptions.RunContinuationsAsynchronously));
        bool begins;
        lock (_gate)
        {
            _waiting.Enqueue(waiting);
            begins = !_isRunning;
            _isRunning = true;
        }

        if (begins)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        return new(waiting.Done.Task);
    }

    void IThreadPoolWorkItem.Execute()
    {
        List<Waiting> batch = new(Together);
        while (Take(batch))
        {
            Seal(batch);
        }
    }

    private bool Take(List<Waiting> batch)
    {
        batch.Clear();
        lock (_gate)
        {
            while (batch.Count < Together && _waiting.TryDequeue(out Waiting next))
            {
                batch.Add(next);
            }

            return _isRunning = batch.Count > 0;
        }
    }

    private static void Seal(List<Waiting> batch)
    {
        try
        {
            AesChains.Encrypt([.. batch.Select(waiting => waiting.Message)]);
            batch.ForEach(waiting => waiting.Done.SetResult());
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to those who wait.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            batch.ForEach(waiting => waiting.Done.TrySetException(exception));
        }
    }

    private readonly record struct Waiting(CbcMessage Message, TaskCompletionSource Done);
}
