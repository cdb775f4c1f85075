using System.Collections;
using System.Globalization;
using PeerNet.PowerShell.Hosting;
using PeerNet.PowerShell.Remoting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the ids of the user's other processes that have nodes.</summary>
internal sealed class OwnerCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) =>
        RemoteNode.FindAll().Select(other => (other.Owner.ProcessId.ToString(CultureInfo.InvariantCulture), $"{other.Name}, in {other.Owner}"));

    private protected override RemoteNode? FindRemote(IDictionary bound) => null;
}
