namespace PeerNet.Engine.Tests.Architecture;

/// <summary>Which folder of the engine may use which.</summary>
internal static class ImportRules
{
    private const string Prefix = "PeerNet.Engine.";

    private static readonly string[] Ground = ["Core"];
    private static readonly string[] Services = ["Core", "Wire", "Transport", "Security", "Storage"];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Core"] = [],
        ["Wire"] = Ground,
        ["Transport"] = Ground,
        ["Security"] = Ground,
        ["Storage"] = Ground,
        ["WsDiscovery"] = Ground,
        ["Identity"] = Services,
        ["Pnrp"] = [.. Services, "Identity"],
        ["Graphing"] = [.. Services, "Identity"],
        ["Grouping"] = [.. Services, "Identity", "Graphing", "Pnrp"],
        ["Collaboration"] = [.. Services, "WsDiscovery", "Identity", "Pnrp"],
        ["NameService"] = [.. Services, "Identity", "Pnrp"],
        ["Distribution"] = [.. Services, "WsDiscovery", "Identity"],
        ["Node"] = [.. Services, "Identity", "Pnrp", "Graphing", "Grouping", "Collaboration", "Distribution", "NameService"],
    };

    /// <summary>The folder of a namespace of the engine; null for others.</summary>
    public static string? FolderOf(Type type)
    {
        Type outer = type;
        while (outer.DeclaringType is { } declaring)
        {
            outer = declaring;
        }

        return outer.Namespace is { } name && name.StartsWith(Prefix, StringComparison.Ordinal)
            ? name[Prefix.Length..].Split('.')[0]
            : null;
    }

    /// <summary>Whether the rules know a folder.</summary>
    public static bool Knows(string folder) => Allowed.ContainsKey(folder);

    /// <summary>Whether code in one folder may use another.</summary>
    public static bool Allows(string user, string used) => user == used || Allowed[user].Contains(used);
}
