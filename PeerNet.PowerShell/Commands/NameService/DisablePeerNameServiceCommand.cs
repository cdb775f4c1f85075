using System.Management.Automation;
using PeerNet.Engine.NameService;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Commands;

/// <summary>Ceases to answer DNS, and takes back what the operating system was told.</summary>
[Cmdlet(
    VerbsLifecycle.Disable, "PeerNameService", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Disable-PeerNameService" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class DisablePeerNameServiceCommand : NodeCmdlet
{
    private protected override object? Input => NodeName;

    private protected override void Process()
    {
        IReadOnlyList<string> told = PeerNameServiceSystem.DescribeRemoval();
        string action = $"Answer DNS for names below {PeerNameService.ZoneName} no more{(told.Count > 0 ? ", and:" : "")}";
        if (ShouldProcess(NodeName, action, told) && !Await(Peer.NameServer.DisableAsync))
        {
            WriteWarning($"The node '{NodeName}' has no name service.");
        }
    }
}
