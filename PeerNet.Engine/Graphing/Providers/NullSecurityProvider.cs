namespace PeerNet.Engine.Graphing.Providers;

/// <summary>No security: everybody is let in, and believed.</summary>
internal sealed class NullSecurityProvider : IGraphSecurityProvider
{
    public static readonly NullSecurityProvider Instance = new();

    private NullSecurityProvider()
    {
    }

    public Task<SecuredConnection> AuthenticateAsync(
        Stream stream, GraphConnectionContext connection, CancellationToken cancellationToken) =>
        Task.FromResult(new SecuredConnection(stream, connection.RemotePeerId ?? "", Cipher: null));

    public ReadOnlyMemory<byte> SecureRecord(GraphSecurityRecord record, RecordAction action) => default;

    public RecordVerdict ValidateRecord(GraphSecurityRecord record, RecordAction action) => RecordVerdict.Valid;
}
