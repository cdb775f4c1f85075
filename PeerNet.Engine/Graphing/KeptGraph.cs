using System.Net;
using Newtonsoft.Json;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing;

/// <summary>How a graph is opened again: text, so that the file can be read by people.</summary>
internal sealed record KeptGraph
{
    /// <summary>The name of its file.</summary>
    [JsonIgnore]
    public string Key => KeyOf(GraphId);

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

    /// <summary>The name of the file of a graph.</summary>
    public static string KeyOf(string graphId) => KeptItems<KeptGraph>.NameOf(graphId);

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

/// <summary>How a <see cref="KeptGraph"/> is written: JSON, so that people can read it.</summary>
internal sealed class KeptGraphFormat : IItemFormat<KeptGraph>
{
    private const int Version = 1;

    public int MaximumLength => 256 * 1024;

    public string NameOf(KeptGraph item) => item.Key;

    public string Describe(KeptGraph item) => $"The graph '{item.GraphId}'";

    public string? FindFault(KeptGraph item) => item.ToOpening() is null ? "it does not say what to open" : null;

    public byte[] Encode(KeptGraph item) => StateJson.Encode(new Document { Version = Version, Graph = item });

    public KeptGraph? Decode(byte[] content, string path) => StateJson.Decode<Document>(content) switch
    {
        { Version: > Version } => throw StateJson.Later(path, $"The file '{path}' was"),
        { Version: Version, Graph: { } graph } => graph,
        _ => null,
    };

    public PeerException Damaged(string path, string reason, Exception? cause = null) => PeerErrors.InvalidData.Exception(
        $"The file '{path}' of a graph to open again is damaged: {reason}. Nothing was changed; restore it, or delete it and open "
        + "the graph again.",
        path,
        cause);

    private sealed class Document
    {
        public int Version { get; set; }

        public KeptGraph? Graph { get; set; }
    }
}
