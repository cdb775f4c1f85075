using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing;

/// <summary>The graphs that a node opens at its start. May be used from any thread.</summary>
internal sealed class KeptGraphs
{
    private readonly Lock _gate = new();
    private readonly KeptItems<KeptGraph>? _graphs;

    private KeptGraphs(KeptItems<KeptGraph>? graphs) => _graphs = graphs;

    /// <summary>Opens what is kept.</summary>
    /// <param name="path">The list of earlier versions, beside which the files are; null for graphs of which others know whether
    /// they are opened.</param>
    public static KeptGraphs Open(string? path) => new(path is null ? null : KeptItems<KeptGraph>.Open(path, new KeptGraphFormat(), list =>
    {
        SettingsFile<KeptGraphsDocument> file = SettingsFile<KeptGraphsDocument>.OpenOptional(
            list, "graphs to open again", () => new(), document => document.Graphs.All(graph => graph.ToOpening() is not null));
        return (file, file.Current.Graphs);
    }));

    /// <summary>Whether a graph is opened again.</summary>
    /// <param name="graphId">Its id.</param>
    /// <param name="peerId">As whom; null for whomever.</param>
    public bool Contains(string graphId, string? peerId)
    {
        lock (_gate)
        {
            return Find(graphId, peerId) is not null;
        }
    }

    /// <summary>A graph with what is known of it here.</summary>
    public PeerGraph Mark(PeerGraph graph) => graph with { IsPersistent = Contains(graph.Id, graph.PeerId) };

    /// <summary>Fails where a graph is to be kept and cannot be.</summary>
    /// <param name="isPersistent">Whether it is to be.</param>
    /// <param name="graphId">Its id.</param>
    /// <param name="isSecured">Whether a security provider secures it.</param>
    /// <exception cref="PeerException">It is secured, its id is no text, or the file is damaged.</exception>
    public void Require(bool? isPersistent, string graphId, bool isSecured)
    {
        if (isPersistent != true)
        {
            return;
        }

        if (isSecured)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"The graph '{graphId}' has a security provider, which is code and cannot be kept. Open the graph without -Persistent in the "
                + "script that Install-PeerNode -ScriptPath has the node run.",
                graphId);
        }

        if (Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(graphId)) != graphId)
        {
            throw PeerErrors.InvalidArgument.Exception("The graph's id holds half a character, and cannot be kept.", graphId);
        }

        _graphs?.RequireWritable();
    }

    /// <summary>Remembers how a graph is open, where that is wanted; what is not given now stays as it was given before. Forgets it
    /// where it is for the node's life only.</summary>
    /// <param name="opening">What was asked for.</param>
    /// <param name="graph">The graph as it is.</param>
    /// <returns>The graph with what is known of it here.</returns>
    public PeerGraph Note(PeerGraphOpening opening, PeerGraph graph)
    {
        if (opening.IsPersistent == false)
        {
            Forget(graph.Id);
        }
        else if (opening.IsPersistent == true)
        {
            lock (_gate)
            {
                KeptGraph kept = (Find(graph.Id, graph.PeerId) ?? new KeptGraph()).With(opening, graph);
                _graphs?.Save(kept);
            }
        }

        return Mark(graph);
    }

    /// <summary>Forgets a graph, where it is kept.</summary>
    /// <returns>Whether it was.</returns>
    public bool Forget(string graphId, string? peerId = null)
    {
        lock (_gate)
        {
            if (Find(graphId, peerId) is not { } kept)
            {
                return false;
            }

            return _graphs!.Delete(kept.Key);
        }
    }

    /// <summary>Opens them; one that cannot be is left for the next start.</summary>
    /// <param name="open">Opens a graph.</param>
    /// <returns>What the owner has to know of those that could not.</returns>
    public async Task<IReadOnlyList<string>> ResumeAsync(Func<PeerGraphOpening, Task> open)
    {
        List<string> notices = [.. _graphs?.Faults ?? []];
        foreach (KeptGraph kept in _graphs?.All ?? [])
        {
            try
            {
                await open(kept.ToOpening()!).ConfigureAwait(false);
            }
            catch (PeerException failure)
            {
                notices.Add(
                    $"The graph '{kept.GraphId}' was not opened again: {failure.Message} Mend that and start the node again, or open the graph "
                    + $"with Connect-PeerGraph -Persistent; 'Disconnect-PeerGraph {kept.GraphId}' ends that it is opened.");
            }
        }

        return notices;
    }

    private KeptGraph? Find(string graphId, string? peerId) =>
        _graphs?.Find(KeptGraph.KeyOf(graphId)) is { } graph && graph.GraphId == graphId && (peerId is null || graph.PeerId == peerId)
            ? graph
            : null;
}

/// <summary>The list that earlier versions kept.</summary>
internal sealed record KeptGraphsDocument
{
    public IReadOnlyList<KeptGraph> Graphs { get; init; } = [];
}
