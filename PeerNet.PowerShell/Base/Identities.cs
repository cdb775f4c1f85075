using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;

namespace PeerNet.PowerShell.Base;

/// <summary>Identities by what people call them.</summary>
internal static class Identities
{
    /// <summary>The identity with this peer name, or with this friendly name where only one has it.</summary>
    public static PeerIdentity Get(IIdentityService identities, string text)
    {
        IReadOnlyList<PeerIdentity> all = identities.List();
        if (all.FirstOrDefault(identity => identity.PeerName.Value == text) is { } exact)
        {
            return exact;
        }

        PeerIdentity[] named = [.. all.Where(identity => Has(identity, text))];
        return named switch
        {
            [var one] => one,
            [] => throw NotFound(text),
            _ => throw PeerErrors.InvalidArgument.Exception(
                $"{named.Length} identities are called '{text}': {string.Join(", ", named.Select(one => one.PeerName))}. Use a peer name.",
                text),
        };
    }

    /// <summary>All identities that the text stands for: a peer name, a friendly name, or a wildcard on friendly names.</summary>
    public static IReadOnlyList<PeerIdentity> Find(IIdentityService identities, string text) => Naming.Find(
        identities.List(),
        text,
        identity => identity.PeerName.Value == text || Has(identity, text),
        identity => [identity.FriendlyName],
        () => NotFound(text));

    private static bool Has(PeerIdentity identity, string friendlyName) =>
        string.Equals(identity.FriendlyName, friendlyName, StringComparison.OrdinalIgnoreCase);

    private static PeerException NotFound(string text) =>
        PeerErrors.IdentityNotFound.Exception($"There is no identity '{text}'. Get-PeerIdentity lists those there are.", text);
}
