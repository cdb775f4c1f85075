using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>The clouds of groups. Only the global one is named alike everywhere; the name of another (a private one) stands
/// for the clouds of the same reach on this machine (MS-PPSEC 3.1.4.2).</summary>
internal static class GroupClouds
{
    /// <summary>Where groups meet that name nothing else.</summary>
    public const string Global = "Global_";

    /// <summary>How far a cloud reaches, by its name.</summary>
    /// <exception cref="PeerException">No cloud is named so.</exception>
    public static PeerGraphScope ScopeOf(string cloud) =>
        TryGetScope(cloud, out PeerGraphScope scope)
            ? scope
            : throw PeerErrors.NoCloud.Exception(
                $"'{cloud}' is no cloud: there are Global_, SiteLocal_, LinkLocal_ and Loopback_, some with an interface behind it.",
                cloud);

    /// <inheritdoc cref="ScopeOf"/>
    public static bool TryGetScope(string cloud, out PeerGraphScope scope)
    {
        int end = cloud.IndexOf('_', StringComparison.Ordinal);
        return Enum.TryParse(end < 0 ? cloud : cloud[..end], ignoreCase: true, out scope)
            && Enum.IsDefined(scope) && scope != PeerGraphScope.Any && char.IsAsciiLetter(cloud[0]);
    }
}
