namespace PeerNet.Engine.Graphing.Search;

/// <summary>What a token of a filter is.</summary>
internal enum FilterTokenKind
{
    /// <summary>The end.</summary>
    End,

    /// <summary>A word without quotes: a name, a number or a date.</summary>
    Word,

    /// <summary>A text in quotes.</summary>
    Text,

    /// <summary>A word after a dash.</summary>
    Operator,

    /// <summary>A type in brackets.</summary>
    Type,

    /// <summary><c>(</c></summary>
    Open,

    /// <summary><c>)</c></summary>
    Close,
}
