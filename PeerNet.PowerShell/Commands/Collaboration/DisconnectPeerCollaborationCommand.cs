using System.Management.Automation;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Commands;

/// <summary>Signs out: others see that the person is gone.</summary>
[Cmdlet(
    VerbsCommunications.Disconnect, "PeerCollaboration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Disconnect-PeerCollaboration" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class DisconnectPeerCollaborationCommand : CollaborationCmdlet
{
    /// <summary>Where.</summary>
    [Parameter(Position = 0)]
    public PeerSignInScope Scope { get; set; } = PeerSignInScope.All;

    private protected override object? Input => Scope;

    private protected override void Process()
    {
        var scope = (Engine.Collaboration.PeerCollaborationScope)(int)Scope;
        Engine.Collaboration.PeerCollaborationScope there = scope
            & (Collaboration.SignedInScope | Await(Collaboration.GetOwnPresenceAsync).PersistentScope);
        if (there == Engine.Collaboration.PeerCollaborationScope.None)
        {
            WarnOfNothing();
            return;
        }

        if (ShouldProcess(NodeHost.Name, $"Sign out ({there})")
            && !Await(token => Collaboration.SignOutAsync(scope, token), new PumpProgress("Signing out", $"{Scope}", limit: null)))
        {
            WarnOfNothing();
        }
    }

    private void WarnOfNothing()
    {
        string where = Scope == PeerSignInScope.All ? "" : $" for {Scope}";
        WriteWarning($"The node '{NodeHost.Name}' is not signed in{where}.");
    }
}
