namespace PeerNet.Engine.Graphing.Search;

/// <summary>The names in the XML of a search.</summary>
internal static class SearchXmlNames
{
    public const string Root = "peersearch";
    public const string And = "and";
    public const string Or = "or";
    public const string Clause = "clause";
    public const string Name = "attrib";
    public const string Type = "type";
    public const string Compare = "compare";

    private static readonly string[] Comparisons =
        ["equal", "notequal", "less", "lessorequal", "greater", "greaterorequal"];

    /// <summary>The name of a comparison.</summary>
    public static string GetName(SearchComparison comparison) => Comparisons[(int)comparison];

    /// <summary>Reads the name of a comparison.</summary>
    public static bool TryRead(string name, out SearchComparison comparison)
    {
        int index = Array.IndexOf(Comparisons, name);
        comparison = (SearchComparison)Math.Max(0, index);
        return index >= 0;
    }
}
