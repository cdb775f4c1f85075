using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes identities by friendly name; by peer name where several have it.</summary>
internal sealed class IdentityCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) => NameByFriendlyName(
        node?.Engine.Identities.List() ?? StateOnDisk.ReadIdentities(), identity => identity.FriendlyName, identity => identity.PeerName.Value);
}
