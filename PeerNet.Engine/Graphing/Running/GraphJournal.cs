using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Storage;

namespace PeerNet.Engine.Graphing.Running;

/// <summary>Writes down what batches of inputs change, and what of a batch that is not kept nobody may believe. Owns the peer
/// time that others than the loop read.</summary>
/// <param name="graphId">The graph.</param>
/// <param name="context">What the node's graphs share.</param>
/// <param name="machine">The graph's machine.</param>
/// <param name="batch">The batches of changes to the database.</param>
/// <param name="cut">Ends a connection that the machine believes in.</param>
internal sealed class GraphJournal(
    string graphId, GraphContext context, GraphMachine machine, StoreBatch batch, Action<int> cut) : IMachineJournal<GraphEffect>
{
    private long _peerTimeDelta;

    /// <summary>The time that the nodes agree on; for any thread.</summary>
    public PeerTime PeerNow => PeerTime.FromUtc(
        context.Time.GetUtcNow(), TimeSpan.FromTicks(Interlocked.Read(ref _peerTimeDelta)));

    public TimeSpan AnswersResume => machine.IsOpen ? machine.PublishingResumes : TimeSpan.MinValue;

    public bool HasFailed => batch.HasFailed;

    public void Begin(bool isDurable) => batch.Begin(isDurable);

    public void Commit()
    {
        Interlocked.Exchange(ref _peerTimeDelta, machine.PeerTimeDelta.Ticks);
        batch.Commit();
    }

    /// <summary>The connections concerned are cut, and whoever is there synchronizes anew.</summary>
    public void Undo(IReadOnlyList<GraphEffect> effects, PeerException failure)
    {
        GraphLog.CommitFailed(context.Logger, graphId, failure);
        context.Observer.Failed(graphId, $"The graph '{graphId}' cannot write its database: {failure.Message}");
        foreach (int id in effects.Select(effect => effect.Connection).Where(id => id != 0).Distinct().ToArray())
        {
            cut(id);
        }
    }

    public void Reload(Moment now)
    {
        if (machine.IsOpen)
        {
            machine.Reload(now);
        }
    }
}
