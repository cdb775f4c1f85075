namespace PeerNet.Engine.Graphing.Providers;

/// <summary>A security provider that may be asked about many records at once, and by several threads.</summary>
internal interface IBatchJudge
{
    /// <summary>Whether records from other nodes are what they claim to be.</summary>
    /// <param name="questions">The records, as one connection has brought them.</param>
    /// <param name="cancellationToken">Ends it between two records.</param>
    /// <returns>The verdicts, in the order of the questions.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    RecordVerdict[] Judge(IReadOnlyList<RecordQuestion> questions, CancellationToken cancellationToken);
}
