namespace PeerNet.Engine.Graphing.Search;

/// <summary>How a clause of a search compares.</summary>
internal enum SearchComparison
{
    /// <summary>The value is the clause's, or matches its pattern.</summary>
    Equal,

    /// <summary>The value is another, or does not match.</summary>
    NotEqual,

    /// <summary>The value is less.</summary>
    Less,

    /// <summary>The value is less, or the same.</summary>
    LessOrEqual,

    /// <summary>The value is greater.</summary>
    Greater,

    /// <summary>The value is greater, or the same.</summary>
    GreaterOrEqual,
}
