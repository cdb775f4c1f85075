namespace PeerNet.Engine.Graphing.Search;

/// <summary>A part of a search: a <see cref="SearchClause"/> or a <see cref="SearchGroup"/>.</summary>
internal abstract class SearchNode;
