namespace PeerNet.Engine.Graphing.Providers;

/// <summary>
/// Secures a graph (MS-PPGRH 1.3.4): authenticates and wraps its connections, signs and checks its records. The protocol
/// has no security of its own.
/// </summary>
public interface IGraphSecurityProvider
{
    /// <summary>Authenticates a connection after AUTH_INFO and wraps it.</summary>
    /// <param name="stream">Each write leaves as frames (MS-PPGRH 2.2.1.1), and reads return what frames carry.</param>
    /// <param name="connection">Who talks to whom.</param>
    /// <param name="cancellationToken">Ends when the authentication timer runs out.</param>
    /// <exception cref="Core.PeerException">The other side is not let in; the connection is closed.</exception>
    Task<SecuredConnection> AuthenticateAsync(
        Stream stream, GraphConnectionContext connection, CancellationToken cancellationToken);

    /// <summary>The security data of a record that this node publishes.</summary>
    /// <exception cref="Core.PeerException">The node may not do that; nothing is published.</exception>
    ReadOnlyMemory<byte> SecureRecord(GraphSecurityRecord record, RecordAction action);

    /// <summary>Whether a record from another node is what it claims to be. Must not block for long.</summary>
    RecordVerdict ValidateRecord(GraphSecurityRecord record, RecordAction action);
}
