using PeerNet.Engine.Identity;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes identities by friendly name; by peer name where several have it.</summary>
internal sealed class IdentityCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node)
    {
        IReadOnlyList<PeerIdentity> all = node?.Engine.Identities.List() ?? StateOnDisk.ReadIdentities();
        return all.GroupBy(identity => identity.FriendlyName, StringComparer.OrdinalIgnoreCase).SelectMany(named =>
            named.Select(identity => named.Count() == 1
                ? (identity.FriendlyName, identity.PeerName.Value)
                : (identity.PeerName.Value, PeerText.Escape(identity.FriendlyName))));
    }
}
