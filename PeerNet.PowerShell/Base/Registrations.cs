using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;

namespace PeerNet.PowerShell.Base;

/// <summary>Picks from the names that a node has registered.</summary>
internal static class Registrations
{
    /// <summary>Those in one cloud and of one identity, where these are given.</summary>
    public static IReadOnlyList<PeerNameRegistration> Select(
        IReadOnlyList<PeerNameRegistration> all, IIdentityService identities, string? cloud, string? identity)
    {
        string? signer = identity is null ? null : Identities.Get(identities, identity).PeerName.Value;
        return
        [
            .. all.Where(registration => (cloud is null || string.Equals(registration.Cloud, cloud, StringComparison.OrdinalIgnoreCase))
                && (signer is null || registration.Identity == signer)),
        ];
    }

    /// <summary>Those with a name, or whose names match a pattern. Letter case counts.</summary>
    public static IReadOnlyList<PeerNameRegistration> Find(IReadOnlyList<PeerNameRegistration> all, string name) => Naming.Find(
        all,
        name,
        registration => registration.Name.Value == name,
        registration => [registration.Name.Value],
        () => PeerErrors.NotFound.Exception($"This node has not registered '{name}'.", name),
        WildcardOptions.None);
}
