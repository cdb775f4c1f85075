namespace PeerNet.Engine.Graphing.Providers;

/// <summary>Asks a security provider about records, beside the graph's loop, which a script would hold up. A provider that
/// judges batches is asked by several connections at once; any other about one record at a time, and who asks it about many
/// gives way to the others after each.</summary>
/// <param name="provider">Never throws.</param>
/// <param name="batches">The same provider, where it judges batches: throws when it is cancelled, and for nothing else.</param>
internal sealed class RecordJudge(IGraphSecurityProvider provider, IBatchJudge? batches) : IAsyncDisposable
{
    // More batches at once than that would share the same cores; and two, so that a long one holds up nobody.
    private static readonly int Width = Math.Max(2, Environment.ProcessorCount);

    private readonly SemaphoreSlim _turns = new(batches is null ? 1 : Width);

    /// <returns>The verdicts, in the order of the questions.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async Task<RecordVerdict[]> JudgeAsync(
        IReadOnlyList<RecordQuestion> questions, CancellationToken cancellationToken)
    {
        if (batches is not null)
        {
            return await AskAsync(() => batches.Judge(questions, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        var verdicts = new RecordVerdict[questions.Count];
        for (int i = 0; i < verdicts.Length; i++)
        {
            RecordQuestion question = questions[i];
            verdicts[i] = await AskAsync(
                () => provider.ValidateRecord(question.Record, question.Action), cancellationToken).ConfigureAwait(false);
        }

        return verdicts;
    }

    /// <summary>Waits for the provider to end what it is at.</summary>
    public async ValueTask DisposeAsync()
    {
        for (int i = batches is null ? 1 : Width; i > 0; i--)
        {
            await _turns.WaitAsync().ConfigureAwait(false);
        }

        _turns.Dispose();
    }

    private async Task<T> AskAsync<T>(Func<T> question, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(question, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }
}
