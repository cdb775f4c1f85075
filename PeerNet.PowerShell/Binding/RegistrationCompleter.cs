using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the names that a node has registered.</summary>
internal sealed class RegistrationCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) => node is null
        ? []
        : Ask(node.Engine.Pnrp.GetRegistrationsAsync)
            .Select(registration => registration.Name.Value)
            .Distinct()
            .Select(name => (name, name));
}
