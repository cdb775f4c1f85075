using System.Management.Automation;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Writes the commands that open a node's ports in a firewall.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerFirewallRule",
    HelpUri = HelpPages.Root + "Get-PeerFirewallRule" + HelpPages.Extension)]
[OutputType(typeof(string))]
public sealed class GetPeerFirewallRuleCommand : NodeCmdlet
{
    /// <summary>The node: its name, or what Get-PeerNode wrote.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [NodeTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public override string? Node { get; set; }

    /// <summary>The firewall; that of the node's machine where none is named.</summary>
    [Parameter(Position = 0)]
    public PeerFirewall? As { get; set; }

    private protected override object? Input => Node;

    private protected override void Process()
    {
        var rules = new FirewallRules(NodeHost.GetStatus().PortsToOpen, Environment.ProcessPath ?? "pwsh");
        WriteObject(rules.Write(As ?? FirewallRules.OfThisSystem), enumerateCollection: true);
    }
}
