using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Changes what others see of this person.</summary>
[Cmdlet(
    VerbsCommon.Set, "PeerPresence", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Set-PeerPresence" + HelpPages.Extension)]
[OutputType(typeof(PeerPresence))]
public sealed class SetPeerPresenceCommand : CollaborationCmdlet
{
    /// <summary>What the person is doing.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    public PeerPresenceStatus? Status { get; set; }

    /// <summary>What the person says to it.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateLength(0, PeerSignIn.MaximumText)]
    [NoCompletion]
    public string? Text { get; set; }

    /// <summary>The name of this machine for others.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateLength(1, PeerSignIn.MaximumText)]
    [NoCompletion]
    public string? EndpointName { get; set; }

    /// <summary>Writes the presence.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => NodeName;

    private protected override void Process()
    {
        if (!ShouldProcess(NodeHost.Name, DescribeChange(nameof(Status), nameof(Text), nameof(EndpointName))))
        {
            return;
        }

        var update = new PeerPresenceUpdate
        {
            Status = (Engine.Collaboration.PeerPresenceStatus?)(int?)Status,
            Text = IsGiven(nameof(Text)) ? Text ?? "" : null,
            EndpointName = EndpointName,
        };
        PeerPresence presence = Await(token => Collaboration.SetPresenceAsync(update, token));
        if (PassThru)
        {
            WriteWithNode(presence);
        }
    }
}
