using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Storage;

namespace PeerNet.Engine.Graphing.Running;

/// <summary>What the node's user changes of a graph, and what the next opening needs to know. Owns the attributes that this
/// node shows to others. Where it is not said otherwise, for the loop alone.</summary>
/// <param name="graph">The graph.</param>
/// <param name="store">Where it is written down.</param>
/// <param name="direct">Told whether others may open direct connections.</param>
/// <param name="descriptions">Describes what has become of it.</param>
internal sealed class GraphMemory(
    OpenGraph graph, RecordStore store, DirectConnections direct, GraphDescriptions descriptions)
{
    private string _nodeAttributes = store.State.NodeAttributes;

    /// <summary>Opens the graph as it was left.</summary>
    /// <param name="now">The time.</param>
    /// <param name="isJudging">Whether there is a security provider, who judges what nobody has.</param>
    public void Open(Moment now, bool isJudging)
    {
        GraphState state = store.State;
        graph.Machine.Open(now, state.PeerTimeDelta, state.Left, state.IsJudged);
        if (!state.IsJudged && isJudging)
        {
            store.Save(state with { IsJudged = true });
        }
    }

    /// <summary>This node shows the attributes that it had.</summary>
    public void ShowAttributes(Moment now)
    {
        if (_nodeAttributes.Length > 0)
        {
            graph.Machine.SetNodeAttributes(now, _nodeAttributes);
        }
    }

    /// <summary>Changes properties and settings; for any thread.</summary>
    public Task<PeerGraph> ChangeAsync(PeerGraphChange change) => graph.Loop.WriteAsync(now =>
    {
        if (change.ConcernsProperties)
        {
            ChangeProperties(now, change);
        }

        if (change.NodeAttribute is { } attributes)
        {
            graph.Machine.SetNodeAttributes(now, attributes);
            _nodeAttributes = attributes;
            Save();
        }

        if (change.Presence is { } presence)
        {
            graph.Machine.SetPresence(now, presence);
        }

        if (change.AllowsDirectConnections is { } isAllowed)
        {
            direct.Allow(isAllowed);
        }

        return descriptions.Describe();
    });

    /// <summary>Copies the database as it is now into a file; for any thread.</summary>
    public async Task ExportAsync(string path, bool overwrite, CancellationToken cancellationToken)
    {
        GraphState state = await graph.Loop.AskAsync(_ =>
        {
            Save();
            return store.State;
        }).ConfigureAwait(false);
        await RecordTransfer.ExportAsync(store.Readers, state, path, overwrite, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes down what the next opening needs to know.</summary>
    public void Save()
    {
        GraphState state = store.State;
        store.Save(state with
        {
            PeerTimeDelta = graph.Machine.PeerTimeDelta,
            Left = graph.Machine.LastConnected,
            IsSynchronized = graph.Machine.IsReady,
            CreatorId = graph.Machine.Properties?.CreatorId ?? state.CreatorId,
            GraphInfo = store.Find(RecordTypes.GraphInfoId)?.Payload ?? state.GraphInfo,
            NodeAttributes = _nodeAttributes,
        });
    }

    private void ChangeProperties(Moment now, PeerGraphChange change)
    {
        GraphProperties current = graph.Machine.Properties ?? throw PeerErrors.GraphNotReady.Exception(
            $"The properties of the graph '{graph.Id}' are not known yet.", graph.Id);
        graph.Machine.SetProperties(now, current with
        {
            FriendlyName = change.FriendlyName ?? current.FriendlyName,
            Comment = change.Comment ?? current.Comment,
            PresenceSeconds = change.PresenceLifetime is { } lifetime ? (uint)lifetime.TotalSeconds : current.PresenceSeconds,
            MaximumPresence = change.MaxPresence is { } presence ? unchecked((uint)presence) : current.MaximumPresence,
            MaximumRecordSize = change.MaxRecordSize is { } size ? (uint)size : current.MaximumRecordSize,
        });
    }
}
