using System.Net;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing;

/// <summary>The graphs that a node opens at its start, in a file of its state folder.</summary>
internal sealed class KeptGraphs
{
    private readonly Lock _gate = new();
    private readonly SettingsFile<KeptGraphsDocument>? _file;

    private KeptGraphs(SettingsFile<KeptGraphsDocument>? file) => _file = file;

    private IReadOnlyList<KeptGraph> All => _file?.Current.Graphs ?? [];

    /// <summary>Opens the file, if there is one. One that is damaged stays as it is, and keeps nothing more.</summary>
    /// <param name="path">The file; null for graphs of which others know whether they are opened.</param>
    public static KeptGraphs Open(string? path) => new(path is null ? null : SettingsFile<KeptGraphsDocument>.OpenOptional(
        path, "graphs to open again", () => new KeptGraphsDocument(), document => document.Graphs.All(graph => graph.ToOpening() is not null)));

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

        _file?.RequireWritable();
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
                _file?.Save(new() { Graphs = [.. All.Where(other => other.GraphId != graph.Id), kept] });
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

            _file?.Save(new() { Graphs = [.. All.Where(other => other != kept)] });
            return true;
        }
    }

    /// <summary>Opens them; one that cannot be is left for the next start.</summary>
    /// <param name="open">Opens a graph.</param>
    /// <returns>What the owner has to know of those that could not.</returns>
    public async Task<IReadOnlyList<string>> ResumeAsync(Func<PeerGraphOpening, Task> open)
    {
        List<string> notices = _file?.Fault is { } fault ? [fault.Message] : [];
        foreach (KeptGraph kept in All)
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
        All.FirstOrDefault(graph => graph.GraphId == graphId && (peerId is null || graph.PeerId == peerId));
}

/// <summary>What the file of <see cref="KeptGraphs"/> holds.</summary>
internal sealed record KeptGraphsDocument
{
    public IReadOnlyList<KeptGraph> Graphs { get; init; } = [];
}

/// <summary>How a graph is opened again: text, so that the file can be read by people.</summary>
internal sealed record KeptGraph
{
    public string GraphId { get; init; } = "";

    public string PeerId { get; init; } = "";

    public string[] Endpoints { get; init; } = [];

    public string? ResolveName { get; init; }

    public Guid[] PrioritizedRecordTypes { get; init; } = [];

    public PeerGraphScope? Scope { get; init; }

    public bool IsListening { get; init; }

    /// <summary>The port that was asked for; 0 for none.</summary>
    public int Port { get; init; }

    public bool AllowsDirectConnections { get; init; }

    /// <summary>The same with what is given now.</summary>
    public KeptGraph With(PeerGraphOpening opening, PeerGraph graph)
    {
        bool isMeeting = opening.Endpoints.Count > 0 || opening.ResolveName is not null;
        return this with
        {
            GraphId = graph.Id,
            PeerId = graph.PeerId,
            Endpoints = isMeeting ? [.. opening.Endpoints.Select(endpoint => endpoint.ToString())] : Endpoints,
            ResolveName = isMeeting ? opening.ResolveName : ResolveName,
            PrioritizedRecordTypes = opening.PrioritizedRecordTypes.Count > 0 ? [.. opening.PrioritizedRecordTypes] : PrioritizedRecordTypes,
            Scope = opening.Scope ?? Scope,
            IsListening = graph.Port != 0,
            Port = opening.Port != 0 ? opening.Port : Port,
            AllowsDirectConnections = graph.AllowsDirectConnections,
        };
    }

    /// <summary>What to open; null where the file says something else.</summary>
    public PeerGraphOpening? ToOpening()
    {
        IPEndPoint?[] endpoints = [.. Endpoints.Select(text => IPEndPoint.TryParse(text, out IPEndPoint? endpoint) ? endpoint : null)];
        return GraphId.Length > 0 && PeerId.Length > 0 && !endpoints.Contains(null) && Port is >= 0 and <= IPEndPoint.MaxPort
            ? new()
            {
                GraphId = GraphId,
                PeerId = PeerId,
                Endpoints = [.. endpoints.OfType<IPEndPoint>()],
                ResolveName = ResolveName,
                PrioritizedRecordTypes = PrioritizedRecordTypes,
                Scope = Scope,
                IsListening = IsListening,
                Port = Port,
                AllowsDirectConnections = AllowsDirectConnections ? true : null,
            }
            : null;
    }
}
