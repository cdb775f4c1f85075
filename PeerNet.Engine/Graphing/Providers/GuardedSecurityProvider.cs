using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Providers;

/// <summary>Keeps the mistakes of a security provider from taking a graph down: what it throws means no.</summary>
internal sealed class GuardedSecurityProvider(IGraphSecurityProvider provider, string graphId, IGraphObserver observer, ILogger logger)
    : IGraphSecurityProvider
{
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

    private void Report(Exception exception)
    {
        GraphLog.ProviderFailed(logger, graphId, exception.Message);
        observer.Failed(graphId, $"The security provider of the graph '{graphId}' failed: {exception.Message}");
    }
}
