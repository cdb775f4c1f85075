using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Connections;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Running;

/// <summary>
/// Hands the machine what connections bring, each in its order. A record that the security provider has to judge is judged
/// outside the loop, while other connections go on. Owns who waits for a verdict. For the loop alone.
/// </summary>
/// <param name="graph">The graph.</param>
/// <param name="judge">Whom to ask about records.</param>
/// <param name="isThere">Whether a connection goes on.</param>
/// <param name="leaving">Cancelled when nobody waits for verdicts any more.</param>
internal sealed class MessageIntake(OpenGraph graph, RecordJudge judge, Predicate<int> isThere, CancellationToken leaving)
{
    private static readonly Dictionary<int, RecordVerdict> NoVerdicts = [];

    private readonly ConnectionOrder _order = new();

    /// <summary>Takes messages, behind those that came before them; the batch is released when all are handled.</summary>
    public void Take(Moment now, GraphConnection connection, MessageBatch batch) =>
        _order.Enter(now, connection.Id, later => Receive(later, connection, batch, NoVerdicts));

    /// <summary>Does something behind the messages of a connection.</summary>
    public void Follow(Moment now, int connection, Action<Moment> work) => _order.Enter(now, connection, work);

    /// <summary>Passes messages to the machine until one of them is to be judged, which is done elsewhere.</summary>
    /// <param name="now">The time.</param>
    /// <param name="connection">Where they came from.</param>
    /// <param name="batch">The messages.</param>
    /// <param name="verdicts">What the security provider has said of those that it was asked about, by position.</param>
    private void Receive(
        Moment now, GraphConnection connection, MessageBatch batch, IReadOnlyDictionary<int, RecordVerdict> verdicts)
    {
        bool isPaused = false;
        try
        {
            while (!batch.IsEmpty && !isPaused && isThere(connection.Id))
            {
                isPaused = !TryReceive(now, connection.Id, batch, verdicts);
            }

            if (isPaused)
            {
                _order.Pause(connection.Id);
                _ = JudgeAsync(connection, batch);
            }
            else if (isThere(connection.Id))
            {
                connection.MaximumMessage = graph.Machine.GetMaximumMessage(connection.Id);
            }
        }
        finally
        {
            if (!isPaused)
            {
                connection.Release(batch);
            }
        }
    }

    /// <summary>Passes the next message to the machine, unless it is to be judged first.</summary>
    private bool TryReceive(Moment now, int id, MessageBatch batch, IReadOnlyDictionary<int, RecordVerdict> verdicts)
    {
        ReadOnlySpan<byte> message = batch.Peek().Span;
        bool isJudged = verdicts.TryGetValue(batch.Position, out RecordVerdict verdict);
        if (!isJudged && graph.Machine.FindQuestion(id, message) is not null)
        {
            return false;
        }

        graph.Machine.Receive(now, id, message, isJudged ? verdict : null);
        batch.Skip();
        return true;
    }

    /// <summary>Has the records of a batch judged, and goes on with it then.</summary>
    private async Task JudgeAsync(GraphConnection connection, MessageBatch batch)
    {
        List<int> positions = [];
        List<RecordQuestion> questions = [];
        foreach ((int position, ReadOnlyMemory<byte> message) in batch.List())
        {
            if (graph.Machine.FindQuestion(connection.Id, message.Span) is { } question)
            {
                positions.Add(position);
                questions.Add(question);
            }
        }

        try
        {
            RecordVerdict[] verdicts = await judge.JudgeAsync(questions, leaving).ConfigureAwait(false);
            Dictionary<int, RecordVerdict> found = positions.Zip(verdicts).ToDictionary();
            graph.Loop.Post(now => _order.Resume(now, connection.Id, later => Receive(later, connection, batch, found)));
        }
        catch (OperationCanceledException)
        {
            // The graph is being left; nobody waits for the records any more.
        }
    }
}
