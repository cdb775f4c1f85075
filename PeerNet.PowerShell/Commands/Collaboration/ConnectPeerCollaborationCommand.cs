using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Identity;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Signs in: others can see who is there, and connect.</summary>
[Cmdlet(
    VerbsCommunications.Connect, "PeerCollaboration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Connect-PeerCollaboration" + HelpPages.Extension)]
[OutputType(typeof(PeerPresence))]
public sealed class ConnectPeerCollaborationCommand : CollaborationCmdlet
{
    /// <summary>Where; what is signed in already stays.</summary>
    [Parameter(Position = 0)]
    public PeerSignInScope Scope { get; set; } = PeerSignInScope.NearMe;

    /// <summary>Who signs in; the default identity where none is given.</summary>
    [Parameter(ValueFromPipeline = true)]
    [IdentityTransformation]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Identity { get; set; }

    /// <summary>The name of this machine for others.</summary>
    [Parameter]
    [ValidateLength(1, PeerSignIn.MaximumText)]
    [NoCompletion]
    public string? EndpointName { get; set; }

    /// <summary>What others are told to call the person.</summary>
    [Parameter]
    [ValidateLength(1, PeerSignIn.MaximumText)]
    [NoCompletion]
    public string? DisplayName { get; set; }

    /// <summary>What the person is doing.</summary>
    [Parameter]
    public PeerPresenceStatus? Status { get; set; }

    /// <summary>Signs in again, in the same way, whenever the node starts; $false ends that.</summary>
    [Parameter]
    public SwitchParameter Persistent { get; set; }

    /// <summary>Writes the presence.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => Identity;

    private protected override void Process()
    {
        PeerIdentity? identity = Identity is null ? null : Identities.Get(Peer.Identities, Identity);
        if (!ShouldProcess(DescribePerson(identity), DescribeScope()))
        {
            return;
        }

        var request = new PeerSignIn
        {
            Scope = (Engine.Collaboration.PeerCollaborationScope)(int)Scope,
            Identity = identity?.PeerName.Value,
            EndpointName = EndpointName,
            DisplayName = DisplayName,
            IsPersistent = IsGiven(nameof(Persistent)) ? Persistent : null,
            Status = (Engine.Collaboration.PeerPresenceStatus?)(int?)Status,
        };
        PeerPresence presence = Await(token => Collaboration.SignInAsync(request, token), new PumpProgress("Signing in", $"{Scope}", limit: null));
        if (Collaboration.Notice is { } notice)
        {
            WriteWarning($"{notice} (PEER_S_NO_CONNECTIVITY)");
        }

        if (PassThru)
        {
            WriteWithNode(presence);
        }
    }

    private string DescribePerson(PeerIdentity? identity)
    {
        identity ??= Peer.Identities.Default;
        return identity is null ? NodeHost.Name : People.Describe(DisplayName ?? identity.FriendlyName, identity.PeerName.Value);
    }

    // Stands for the question that Windows asks at the first sign-in: what becomes known, and to whom.
    private string DescribeScope()
    {
        string near = "tell everybody on this machine's links your peer name, your name, this machine's name and its addresses, and show "
            + "them your presence";
        string far = "publish your peer name with this machine's addresses for everybody who knows that name, and show your presence to "
            + "your contacts";
        string when = Persistent ? ", now and whenever the node starts" : "";
        return Scope switch
        {
            PeerSignInScope.NearMe => $"Sign in near me{when}: {near}",
            PeerSignInScope.Internet => $"Sign in on the Internet{when}: {far}",
            _ => $"Sign in near me and on the Internet{when}: {near}; {far}",
        };
    }
}
