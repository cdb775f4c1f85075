using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Providers;

/// <summary>Keeps the mistakes of a security provider from taking a graph down: what it throws means no.</summary>
internal sealed class GuardedSecurityProvider(IGraphSecurityProvider provider, string graphId, IGraphObserver observer, ILogger logger)
    : IGraphSecurityProvider, IBatchJudge
{
    /// <summary>This object, where the provider judges batches; else null.</summary>
    public IBatchJudge? Batches => provider is IBatchJudge ? this : null;

    public Task<SecuredConnection> AuthenticateAsync(
        Stream stream, GraphConnectionContext connection, CancellationToken cancellationToken) =>
        provider.AuthenticateAsync(stream, connection, cancellationToken);

    public ReadOnlyMemory<byte> SecureRecord(GraphSecurityRecord record, RecordAction action)
    {
        try
        {
            return provider.SecureRecord(record, action);
        }
#pragma warning disable CA1031 // A provider may throw anything.
        catch (Exception exception) when (exception is not PeerException)
#pragma warning restore CA1031
        {
            Report(exception);
            throw PeerErrors.NotAuthorized.Exception(
                $"The security provider of the graph '{graphId}' failed: {exception.Message}", record.Id, exception);
        }
    }

    public RecordVerdict ValidateRecord(GraphSecurityRecord record, RecordAction action)
    {
        try
        {
            return provider.ValidateRecord(record, action);
        }
#pragma warning disable CA1031 // A provider may throw anything.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Report(exception);
            return RecordVerdict.Invalid;
        }
    }

    public RecordVerdict[] Judge(IReadOnlyList<RecordQuestion> questions, CancellationToken cancellationToken)
    {
        try
        {
            if (provider is IBatchJudge judge && judge.Judge(questions, cancellationToken) is { } verdicts
                && verdicts.Length == questions.Count)
            {
                return verdicts;
            }
        }
#pragma warning disable CA1031 // A provider may throw anything.
        catch (Exception)
#pragma warning restore CA1031
        {
            // One of the records did that, and the others are not to fall with it: each is asked about alone, and what
            // throws then is reported.
        }

        cancellationToken.ThrowIfCancellationRequested();
        return [.. questions.Select(question => ValidateRecord(question.Record, question.Action))];
    }

    private void Report(Exception exception)
    {
        GraphLog.ProviderFailed(logger, graphId, exception.Message);
        observer.Failed(graphId, $"The security provider of the graph '{graphId}' failed: {exception.Message}");
    }
}
