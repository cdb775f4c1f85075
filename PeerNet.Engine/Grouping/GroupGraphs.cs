using PeerNet.Engine.Graphing;

namespace PeerNet.Engine.Grouping;

/// <summary>The graphs below the groups, apart from those that applications make: nobody enters one by its id.</summary>
/// <param name="Service">The graphs.</param>
internal sealed record GroupGraphs(GraphService Service);
