using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Tests.Graphing.Hosting;

/// <summary>A security provider that proves nothing, and misbehaves as it is told.</summary>
internal sealed class BadProvider : IGraphSecurityProvider
{
    public Func<Task> Authenticate { get; set; } = () => Task.CompletedTask;

    public Func<GraphSecurityRecord, RecordVerdict> Validate { get; set; } = _ => RecordVerdict.Valid;

    public Action Secure { get; set; } = () => { };

    public async Task<SecuredConnection> AuthenticateAsync(
        Stream stream, GraphConnectionContext connection, CancellationToken cancellationToken)
    {
        await Authenticate();
        return new SecuredConnection(stream, connection.RemotePeerId ?? "", Cipher: null);
    }

    public ReadOnlyMemory<byte> SecureRecord(GraphSecurityRecord record, RecordAction action)
    {
        Secure();
        return default;
    }

    public RecordVerdict ValidateRecord(GraphSecurityRecord record, RecordAction action) => Validate(record);
}
