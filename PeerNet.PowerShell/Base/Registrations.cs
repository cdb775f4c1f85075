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
    public static IReadOnlyList<PeerNameRegistration> Find(IReadOnlyList<PeerNameRegistration> all, string name)
    {
        PeerNameRegistration[] exact = [.. all.Where(registration => registration.Name.Value == name)];
        if (exact.Length > 0)
        {
            return exact;
        }

        if (!WildcardPattern.ContainsWildcardCharacters(name))
        {
            throw PeerErrors.NotFound.Exception($"This node has not registered '{name}'.", name);
        }

        WildcardPattern pattern = WildcardPattern.Get(name, WildcardOptions.None);
        return [.. all.Where(registration => pattern.IsMatch(registration.Name.Value))];
    }
}
