using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp;

namespace PeerNet.PowerShell.Base;

/// <summary>Clouds by name.</summary>
internal static class Clouds
{
    /// <summary>Those with a name, or whose names match a pattern.</summary>
    /// <exception cref="PeerException">No cloud has the name.</exception>
    public static IReadOnlyList<PeerCloud> Find(IReadOnlyList<PeerCloud> all, string name)
    {
        WildcardPattern pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        PeerCloud[] found =
            [.. all.Where(cloud => pattern.IsMatch(cloud.Name) || cloud.Name.Equals(name, StringComparison.OrdinalIgnoreCase))];
        return found.Length > 0 || WildcardPattern.ContainsWildcardCharacters(name)
            ? found
            : throw PeerErrors.NoCloud.Exception(
                $"There is no cloud '{name}'. This machine has {string.Join(", ", all.Select(cloud => cloud.Name))}.", name);
    }
}
