using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp;

namespace PeerNet.PowerShell.Base;

/// <summary>Clouds by name.</summary>
internal static class Clouds
{
    /// <summary>Those with a name, or whose names match a pattern.</summary>
    /// <exception cref="PeerException">No cloud has the name.</exception>
    public static IReadOnlyList<PeerCloud> Find(IReadOnlyList<PeerCloud> all, string name) => Naming.Find(
        all,
        name,
        cloud => cloud.Name.Equals(name, StringComparison.OrdinalIgnoreCase),
        cloud => [cloud.Name],
        () => PeerErrors.NoCloud.Exception(
            $"There is no cloud '{name}'. This machine has {string.Join(", ", all.Select(cloud => cloud.Name))}.", name));
}
