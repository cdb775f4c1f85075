namespace PeerNet.Engine.Graphing.Search;

/// <summary>Parts of a search of which all must hold (<c>and</c>), or one (<c>or</c>).</summary>
/// <param name="isAll">Whether all must hold.</param>
/// <param name="children">One or more.</param>
internal sealed class SearchGroup(bool isAll, IReadOnlyList<SearchNode> children) : SearchNode
{
    /// <summary>Whether all must hold.</summary>
    public bool IsAll { get; } = isAll;

    /// <summary>The parts.</summary>
    public IReadOnlyList<SearchNode> Children { get; } = children;
}
