using System.Reflection;

namespace PeerNet.Engine.Tests.Architecture;

/// <summary>What no Protocol folder may name: the list that the compiler holds against the source, held against the compiled
/// code too, which knows what the source does not say (a <c>lock</c>, an inferred type, an event's accessors).</summary>
internal static class BannedSymbols
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>The list's entries, without their reasons: a kind, a colon and a name.</summary>
    public static IReadOnlyList<string> Entries { get; } = Read();

    /// <summary>The entry that bans a member or type; null for none.</summary>
    public static string? Find(CodeUse use) => Entries.FirstOrDefault(entry => Bans(entry, use));

    /// <summary>Whether there is what an entry bans, among all that the engine can reach.</summary>
    public static bool Exists(string entry, IReadOnlyCollection<Type> types)
    {
        string name = entry[2..];
        return entry[0] switch
        {
            'N' => types.Any(type => IsIn(type, name)),
            'T' => types.Any(type => type.FullName == name),
            _ => types.Any(type => NamesMemberOf(name, type) && type.GetMember(MemberOf(name), Everything).Length > 0),
        };
    }

    private static bool Bans(string entry, CodeUse use)
    {
        string name = entry[2..];
        Type type = use.UsedType;
        return entry[0] switch
        {
            'N' => IsIn(type, name),
            'T' => type.FullName == name,
            'P' => NamesMemberOf(name, type) && use.Used.Name == "get_" + MemberOf(name),
            _ => NamesMemberOf(name, type) && use.Used.Name == MemberOf(name),
        };
    }

    private static bool IsIn(Type type, string name) => type.Namespace is { } inside
        && (inside == name || inside.StartsWith(name + '.', StringComparison.Ordinal));

    private static bool NamesMemberOf(string name, Type type) => name[..name.LastIndexOf('.')] == type.FullName;

    private static string MemberOf(string name) => name[(name.LastIndexOf('.') + 1)..];

    private static string[] Read()
    {
        using Stream list = typeof(BannedSymbols).Assembly.GetManifestResourceStream("BannedSymbols.Protocol.txt")!;
        using var lines = new StreamReader(list);
        return [.. lines.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(';')[0])];
    }
}
