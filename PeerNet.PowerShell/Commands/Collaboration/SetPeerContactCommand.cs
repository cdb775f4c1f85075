using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Changes what is kept of contacts, and what they see.</summary>
[Cmdlet(
    VerbsCommon.Set, "PeerContact", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Set-PeerContact" + HelpPages.Extension)]
[OutputType(typeof(PeerContact))]
public sealed class SetPeerContactCommand : CollaborationCmdlet
{
    /// <summary>The contacts.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [ContactTransformation]
    [ArgumentCompleter(typeof(ContactCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Contact { get; set; } = [];

    /// <summary>What the user calls the person.</summary>
    [Parameter]
    [ValidateLength(0, PeerSignIn.MaximumText)]
    [NoCompletion]
    public string? Nickname { get; set; }

    /// <summary>What the person wants to be called.</summary>
    [Parameter]
    [ValidateLength(0, PeerSignIn.MaximumText)]
    [NoCompletion]
    public string? DisplayName { get; set; }

    /// <summary>The person's mail address.</summary>
    [Parameter]
    [ValidateLength(0, PeerSignIn.MaximumText)]
    [NoCompletion]
    public string? EmailAddress { get; set; }

    /// <summary>Whether the person's presence is watched.</summary>
    [Parameter]
    public bool Watch { get; set; }

    /// <summary>Whether the person sees what is shown to contacts; Blocked looks to it as if this person were offline.</summary>
    [Parameter]
    public PeerWatchPermission? WatchPermission { get; set; }

    /// <summary>Writes the contacts.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => Contact;

    private protected override void Process()
    {
        foreach (string name in Contact)
        {
            Report(() => Change(GetContact(name)));
        }
    }

    private void Change(PeerContact contact)
    {
        if (!ShouldProcess(People.Describe(contact), Describe()))
        {
            return;
        }

        var update = new PeerContactUpdate
        {
            Nickname = Nickname,
            DisplayName = DisplayName,
            EmailAddress = EmailAddress,
            Watch = IsGiven(nameof(Watch)) ? Watch : null,
            WatchPermission = (Engine.Collaboration.PeerWatchPermission?)(int?)WatchPermission,
        };
        PeerContact changed = Await(token => Collaboration.ChangeContactAsync(contact.PeerName, update, token));
        if (PassThru)
        {
            WriteWithNode(changed);
        }
    }

    private string Describe()
    {
        string change = DescribeChange(nameof(Nickname), nameof(DisplayName), nameof(EmailAddress), nameof(Watch), nameof(WatchPermission));
        return WatchPermission switch
        {
            PeerWatchPermission.Blocked => $"{change}: blocked, to the contact you look offline, and its invitations do not reach you",
            PeerWatchPermission.Allowed => $"{change}: allowed, the contact sees what you show to contacts",
            _ => change,
        };
    }
}
