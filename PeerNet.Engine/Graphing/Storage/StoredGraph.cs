namespace PeerNet.Engine.Graphing.Storage;

/// <summary>A database that is in the folder.</summary>
/// <param name="DatabaseName">Its name.</param>
/// <param name="GraphId">The graph's id.</param>
/// <param name="PeerId">The peer id of the node's user in it.</param>
/// <param name="PeerTimeDelta">What UTC was ahead of peer time.</param>
internal sealed record StoredGraph(string DatabaseName, string GraphId, string PeerId, TimeSpan PeerTimeDelta);
