using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Providers;

/// <summary>
/// Both sides of a connection prove that they know a secret, whatever the proofs are made of. It is PeerNet's own, between
/// AUTH_INFO and CONNECT (MS-PPGRH 1.3.4).
/// </summary>
/// <remarks>
/// <para>Each side says hello with a challenge and its peer id. Then the initiator proves first: who only knocks gets
/// nothing. What is proven is not the other side's challenge but a digest of the prover's role, the graph, both peer ids and
/// both challenges, so that no proof is good for anything else, and none can be handed back.</para>
/// <para>A challenge that is this side's own, or has been seen before, ends the connection. Nothing is encrypted: who relays
/// a connection can read it.</para>
/// </remarks>
/// <param name="random">Where challenges come from.</param>
public sealed class ChallengeExchange(IRandomSource random)
{
    /// <summary>Bytes of a challenge.</summary>
    public const int ChallengeLength = 32;

    /// <summary>Most bytes of a proof.</summary>
    public const int MaximumProof = 64 * 1024;

    private static readonly byte[] Accepted = [1];

    private readonly ChallengeMemory _memory = new();

    /// <summary>Runs the exchange over a connection.</summary>
    /// <param name="stream">The connection, after AUTH_INFO.</param>
    /// <param name="connection">Who talks to whom.</param>
    /// <param name="party">Proves and judges.</param>
    /// <param name="cancellationToken">Ends when the authentication timer runs out.</param>
    /// <returns>The peer id of the other side, as the party has judged.</returns>
    /// <exception cref="PeerException">ConnectionNotAuthenticated: one side does not let the other in.</exception>
    public async Task<string> AuthenticateAsync(
        Stream stream, GraphConnectionContext connection, IChallengeParty party, CancellationToken cancellationToken)
    {
        var messages = new ChallengeMessages(stream);
        byte[] challenge = new byte[ChallengeLength];
        random.Fill(challenge);
        _memory.Open(challenge);
        try
        {
            var own = new ChallengeHello(challenge, connection.LocalPeerId);
            return connection.IsInitiator
                ? await InitiateAsync(messages, connection, party, own, cancellationToken).ConfigureAwait(false)
                : await RespondAsync(messages, connection, party, own, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException ending)
        {
            throw PeerErrors.ConnectionNotAuthenticated.Exception(
                "The other side has ended the authentication: it does not let this node in.", connection.RemotePeerId, ending);
        }
        finally
        {
            _memory.Close(challenge);
        }
    }

    private async Task<string> InitiateAsync(
        ChallengeMessages messages,
        GraphConnectionContext connection,
        IChallengeParty party,
        ChallengeHello own,
        CancellationToken cancellationToken)
    {
        await messages.SendAsync(own.Encode(), cancellationToken).ConfigureAwait(false);
        ChallengeHello theirs = await ReceiveHelloAsync(messages, connection, cancellationToken).ConfigureAwait(false);
        GraphConnectionContext known = connection with { RemotePeerId = theirs.PeerId };
        var binding = new ChallengeBinding(known, own, theirs);
        byte[] proof = await party.ProveAsync(known, binding.ForInitiator(), cancellationToken).ConfigureAwait(false);
        await messages.SendAsync(proof, cancellationToken).ConfigureAwait(false);
        string peerId = await JudgeAsync(messages, known, party, binding.ForResponder(), cancellationToken).ConfigureAwait(false);
        await messages.SendAsync(Accepted, cancellationToken).ConfigureAwait(false);
        return peerId;
    }

    private async Task<string> RespondAsync(
        ChallengeMessages messages,
        GraphConnectionContext connection,
        IChallengeParty party,
        ChallengeHello own,
        CancellationToken cancellationToken)
    {
        ChallengeHello theirs = await ReceiveHelloAsync(messages, connection, cancellationToken).ConfigureAwait(false);
        GraphConnectionContext known = connection with { RemotePeerId = theirs.PeerId };
        var binding = new ChallengeBinding(known, theirs, own);
        await messages.SendAsync(own.Encode(), cancellationToken).ConfigureAwait(false);
        string peerId = await JudgeAsync(messages, known, party, binding.ForInitiator(), cancellationToken).ConfigureAwait(false);
        byte[] proof = await party.ProveAsync(known, binding.ForResponder(), cancellationToken).ConfigureAwait(false);
        await messages.SendAsync(proof, cancellationToken).ConfigureAwait(false);

        // Nobody goes on before the other side has judged it.
        byte[] answer = await messages.ReceiveAsync(Accepted.Length, cancellationToken).ConfigureAwait(false);
        return answer.AsSpan().SequenceEqual(Accepted)
            ? peerId
            : throw Refusal("The other side does not let this node in.", known);
    }

    private async Task<ChallengeHello> ReceiveHelloAsync(
        ChallengeMessages messages, GraphConnectionContext connection, CancellationToken cancellationToken)
    {
        byte[] message = await messages.ReceiveAsync(ChallengeHello.MaximumLength, cancellationToken).ConfigureAwait(false);
        if (!ChallengeHello.TryRead(message, out ChallengeHello? hello))
        {
            throw Refusal("The other side begins the authentication in a way that this version does not know.", connection);
        }

        if (connection.RemotePeerId is { } expected && expected != hello.PeerId)
        {
            throw Refusal($"The other side is '{hello.PeerId}' and not '{expected}'.", connection);
        }

        return _memory.TryTake(hello.Challenge)
            ? hello
            : throw Refusal("The other side uses a challenge that has been used before.", connection);
    }

    private static async Task<string> JudgeAsync(
        ChallengeMessages messages,
        GraphConnectionContext connection,
        IChallengeParty party,
        byte[] challenge,
        CancellationToken cancellationToken)
    {
        byte[] proof = await messages.ReceiveAsync(MaximumProof, cancellationToken).ConfigureAwait(false);
        return await party.JudgeAsync(connection, challenge, proof, cancellationToken).ConfigureAwait(false)
            ?? throw Refusal($"The security provider does not let '{connection.RemotePeerId}' in.", connection);
    }

    private static PeerException Refusal(string reason, GraphConnectionContext connection) =>
        PeerErrors.ConnectionNotAuthenticated.Exception(reason, connection.RemotePeerId);
}
