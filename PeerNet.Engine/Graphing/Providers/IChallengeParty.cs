namespace PeerNet.Engine.Graphing.Providers;

/// <summary>Whoever knows a secret, for <see cref="ChallengeExchange"/>.</summary>
public interface IChallengeParty
{
    /// <summary>Proves to the other side that this one knows the secret.</summary>
    /// <param name="connection">Who talks to whom; the peer id of the other side is what it claims.</param>
    /// <param name="challenge">What the proof has to answer: <see cref="ChallengeExchange.ChallengeLength"/> bytes, which
    /// stand for this proof on this connection and for nothing else.</param>
    /// <param name="cancellationToken">Ends when the authentication timer runs out.</param>
    /// <returns>Up to <see cref="ChallengeExchange.MaximumProof"/> bytes.</returns>
    Task<byte[]> ProveAsync(GraphConnectionContext connection, byte[] challenge, CancellationToken cancellationToken);

    /// <summary>Judges what the other side answers to a challenge.</summary>
    /// <param name="connection">Who talks to whom; the peer id of the other side is what it claims.</param>
    /// <param name="challenge">What the proof had to answer.</param>
    /// <param name="proof">What came.</param>
    /// <param name="cancellationToken">Ends when the authentication timer runs out.</param>
    /// <returns>The peer id of the other side; null where it is not let in.</returns>
    Task<string?> JudgeAsync(
        GraphConnectionContext connection, byte[] challenge, byte[] proof, CancellationToken cancellationToken);
}
