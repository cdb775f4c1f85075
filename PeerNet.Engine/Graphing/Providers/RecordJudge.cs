namespace PeerNet.Engine.Graphing.Providers;

/// <summary>Asks a security provider about records: one record at a time and beside the graph's loop, which a script would
/// hold up. Who asks about many gives way to the others after each.</summary>
/// <param name="provider">Never throws.</param>
internal sealed class RecordJudge(IGraphSecurityProvider provider) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <returns>The verdicts, in the order of the questions.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async Task<RecordVerdict[]> JudgeAsync(
        IReadOnlyList<RecordQuestion> questions, CancellationToken cancellationToken)
    {
        var verdicts = new RecordVerdict[questions.Count];
        for (int i = 0; i < verdicts.Length; i++)
        {
            RecordQuestion question = questions[i];
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                verdicts[i] = await Task.Run(
                    () => provider.ValidateRecord(question.Record, question.Action), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        }

        return verdicts;
    }

    /// <summary>Waits for the provider to end what it is at.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        _turn.Dispose();
    }
}
