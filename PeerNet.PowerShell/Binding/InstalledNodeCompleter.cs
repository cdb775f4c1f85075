using System.Collections;
using PeerNet.Engine.Node.Installation;
using PeerNet.PowerShell.Hosting;
using PeerNet.PowerShell.Remoting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the names of installed nodes.</summary>
internal sealed class InstalledNodeCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) =>
        PeerNodeInstaller.FindAll().Select(installed => (installed.Name, $"{installed.Name}, in {installed.StatePath}"));

    // What is installed is known here.
    private protected override RemoteNode? FindRemote(IDictionary bound) => null;
}
