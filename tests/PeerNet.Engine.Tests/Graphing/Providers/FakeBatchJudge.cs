using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Tests.Graphing.Providers;

/// <summary>Judges records in batches, and alone, as it is told.</summary>
internal sealed class FakeBatchJudge : IGraphSecurityProvider, IBatchJudge
{
    public Func<IReadOnlyList<RecordQuestion>, CancellationToken, RecordVerdict[]> Batch { get; set; } =
        (questions, _) => new RecordVerdict[questions.Count];

    public Func<GraphSecurityRecord, RecordVerdict> Alone { get; set; } = _ => RecordVerdict.Valid;

    public Task<SecuredConnection> AuthenticateAsync(
        Stream stream, GraphConnectionContext connection, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ReadOnlyMemory<byte> SecureRecord(GraphSecurityRecord record, RecordAction action) => default;

    public RecordVerdict ValidateRecord(GraphSecurityRecord record, RecordAction action) => Alone(record);

    public RecordVerdict[] Judge(IReadOnlyList<RecordQuestion> questions, CancellationToken cancellationToken) =>
        Batch(questions, cancellationToken);
}
