namespace PeerNet.PowerShell.Maps;

/// <summary>A connection on a map.</summary>
/// <param name="From">The node that drew the map.</param>
/// <param name="To">The other one.</param>
/// <param name="IsDirect">Whether it carries data alone.</param>
/// <param name="Utility">How useful it is; null of a direct connection.</param>
internal sealed record GraphMapLink(GraphMapNode From, GraphMapNode To, bool IsDirect, int? Utility);
