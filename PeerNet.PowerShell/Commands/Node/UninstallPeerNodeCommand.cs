using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Node.Installation;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Ends an installed node, and has the operating system start it no more. Its state stays.</summary>
[Cmdlet(
    VerbsLifecycle.Uninstall, "PeerNode", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Uninstall-PeerNode" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class UninstallPeerNodeCommand : PeerCmdlet
{
    /// <summary>The node's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [NodeTransformation]
    [ArgumentCompleter(typeof(InstalledNodeCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Whether it is the machine's or the user's, where both have one of this name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Installed")]
    public PeerNodeScope? Scope { get; set; }

    private protected override object? Input => Name;

    private protected override void Process()
    {
        PeerNodeInstallation node = Find();
        if (ShouldProcess(node.Name, $"Uninstall node, and leave '{node.StatePath}':", PeerNodeInstaller.DescribeRemoval(node)))
        {
            Await(token => PeerNodeInstaller.UninstallAsync(node, token));
        }
    }

    private PeerNodeInstallation Find()
    {
        IReadOnlyList<PeerNodeInstallation> all = PeerNodeInstaller.FindAll();
        PeerNodeInstallation[] found =
        [
            .. all.Where(node => node.Name.Equals(Name, StringComparison.OrdinalIgnoreCase) && (Scope is null || (int)node.Scope == (int)Scope)),
        ];
        return found switch
        {
            [var one] => one,
            [] => throw PeerErrors.NodeNotFound.Exception(
                all.Count == 0
                    ? $"The node '{Name}' is not installed; none is."
                    : $"The node '{Name}' is not installed{(Scope is null ? "" : " there")}. Installed: {string.Join(", ", all.Select(node => $"{node.Name} ({node.Scope})"))}.",
                Name),
            _ => throw PeerErrors.InvalidArgument.Exception(
                $"The machine and you have both installed a node '{Name}': say -Scope System or -Scope User.", Name),
        };
    }
}
