using System.Security.Cryptography;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

/// <summary>Signs what is to be signed with a key that all nodes share, as the help suggests.</summary>
internal sealed class SigningProvider : IGraphSecurityProvider
{
    private static readonly byte[] Key = [1, 2, 3];

    public Task<SecuredConnection> AuthenticateAsync(
        Stream stream, GraphConnectionContext connection, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ReadOnlyMemory<byte> SecureRecord(GraphSecurityRecord record, RecordAction action) => Sign(record);

    public RecordVerdict ValidateRecord(GraphSecurityRecord record, RecordAction action) =>
        Sign(record).AsSpan().SequenceEqual(record.SecurityData) ? RecordVerdict.Valid : RecordVerdict.Invalid;

    private static byte[] Sign(GraphSecurityRecord record) => HMACSHA256.HashData(Key, record.SignedContent);
}
