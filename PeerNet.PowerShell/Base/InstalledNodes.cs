using System.Management.Automation;
using PeerNet.Engine.Node;
using PeerNet.Engine.Node.Installation;

namespace PeerNet.PowerShell.Base;

/// <summary>The nodes that the operating system starts, as they are shown.</summary>
internal sealed class InstalledNodes
{
    private readonly IReadOnlyList<PeerNodeInstallation> _all = PeerNodeInstaller.FindAll();

    /// <summary>The status of a node that runs, with where it was installed.</summary>
    public PeerNodeStatus Mark(PeerNodeStatus running) =>
        running with { Installed = _all.FirstOrDefault(node => node.StatePath == running.StorePath)?.Scope };

    /// <summary>Those that nobody has shown as running.</summary>
    /// <param name="shown">The state folders of nodes that run.</param>
    public IEnumerable<PeerNodeInstallation> Except(IReadOnlySet<string> shown) => _all.Where(node => !shown.Contains(node.StatePath));

    /// <summary>A node that cannot be asked: it does not run, or is not this user's.</summary>
    public static PSObject Show(PeerNodeInstallation node) => NodeOutput.Create(
        new PeerNodeStatus
        {
            Name = node.Name,
            State = node.IsActive == true ? PeerNodeState.Running : PeerNodeState.Stopped,
            StorePath = node.StatePath,
            Installed = node.Scope,
        },
        isCurrent: false);
}
