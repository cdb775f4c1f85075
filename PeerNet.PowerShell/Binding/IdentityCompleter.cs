using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes identities by friendly name or peer name; the peer name is what is inserted, because it is unique.</summary>
internal sealed class IdentityCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) =>
        node?.Engine.Identities.List().Select(identity => (identity.PeerName.Value, identity.FriendlyName)) ?? [];
}
