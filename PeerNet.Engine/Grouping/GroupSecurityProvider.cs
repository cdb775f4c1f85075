using System.Net.Security;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Grouping;

/// <summary>Secures the graph below a group (MS-PPSEC): TLS and Group Connect on its connections, signatures on its
/// records.</summary>
/// <param name="security">What the member knows and can prove.</param>
internal sealed class GroupSecurityProvider(GroupSecurity security) : IGraphSecurityProvider, IBatchJudge
{
    private readonly IdentityTls _tls = new(security.Key, security.Identity);

    public async Task<SecuredConnection> AuthenticateAsync(
        Stream stream, GraphConnectionContext connection, CancellationToken cancellationToken)
    {
        (SslStream secured, var remote) =
            await _tls.AuthenticateAsync(stream, connection.IsInitiator, cancellationToken).ConfigureAwait(false);
        try
        {
            if (remote.SubjectPeerName == security.Self.Value && !remote.PublicKey.Equals(security.Key.PublicKey))
            {
                throw PeerErrors.ConnectionNotAuthenticated.Exception("The other side uses this node's name with another key.");
            }

            if (connection.RemotePeerId is { } claimed && claimed != remote.SubjectPeerName)
            {
                throw PeerErrors.ConnectionNotAuthenticated.Exception(
                    $"The other side is '{remote.SubjectPeerName}', and not '{claimed}', as it was said.");
            }

            var exchange = new GroupConnect(security, secured, remote, AddressBlock.Of(connection.RemoteAddress!));
            await exchange.RunAsync(connection.IsInitiator, cancellationToken).ConfigureAwait(false);
            return new(secured, remote.SubjectPeerName!, $"{secured.SslProtocol} {secured.NegotiatedCipherSuite}");
        }
        catch
        {
            await secured.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ReadOnlyMemory<byte> SecureRecord(GraphSecurityRecord record, RecordAction action) =>
        security.Sign(record);

    public RecordVerdict ValidateRecord(GraphSecurityRecord record, RecordAction action) =>
        security.Judge(record).ToRecordVerdict();

    public RecordVerdict[] Judge(IReadOnlyList<RecordQuestion> questions, CancellationToken cancellationToken) =>
        Array.ConvertAll(
            security.Judge([.. questions.Select(question => question.Record)], cancellationToken),
            verdict => verdict.ToRecordVerdict());
}
