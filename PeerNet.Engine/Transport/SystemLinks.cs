namespace PeerNet.Engine.Transport;

/// <summary>Recognizes interfaces that macOS makes for its own services: AirDrop's radio links and the ends of tunnels.</summary>
internal static class SystemLinks
{
    private static readonly string[] Families = ["awdl", "llw", "utun"];

    /// <summary>Whether a name is that of such an interface: the family's, with a number.</summary>
    public static bool Contains(string name) => Families.Any(family =>
        name.Length > family.Length
        && name.StartsWith(family, StringComparison.Ordinal)
        && name.AsSpan(family.Length).IndexOfAnyExceptInRange('0', '9') < 0);
}
