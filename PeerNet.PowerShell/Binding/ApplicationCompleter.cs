using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the ids of registered applications; what is typed may be the beginning of a name.</summary>
internal sealed class ApplicationCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) => node is null
        ? []
        : Ask(node.Engine.Collaboration.GetApplicationsAsync)
            .DistinctBy(application => application.Id)
            .Select(application => (application.Id.ToString(), $"{application.Name} ({application.Id})"));
}
