using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

/// <summary>Secures records with one byte, and answers as it is told.</summary>
internal sealed class FakeProvider : IGraphSecurityProvider
{
    public Func<GraphSecurityRecord, RecordVerdict> Verdict { get; set; } = _ => RecordVerdict.Valid;

    public bool Refuses { get; set; }

    public List<(GraphSecurityRecord Record, RecordAction Action)> Secured { get; } = [];

    public Task<SecuredConnection> AuthenticateAsync(
        Stream stream, GraphConnectionContext connection, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ReadOnlyMemory<byte> SecureRecord(GraphSecurityRecord record, RecordAction action)
    {
        if (Refuses)
        {
            throw PeerErrors.NotAuthorized.Exception("Not you.");
        }

        Secured.Add((record, action));
        return new byte[] { 0x55 };
    }

    public RecordVerdict ValidateRecord(GraphSecurityRecord record, RecordAction action) => Verdict(record);
}
