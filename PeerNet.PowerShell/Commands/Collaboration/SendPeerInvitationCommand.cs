using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Invites people to an application or a group, and waits for their answers.</summary>
[Cmdlet(
    VerbsCommunications.Send, "PeerInvitation", DefaultParameterSetName = ContactSet, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Send-PeerInvitation" + HelpPages.Extension)]
[OutputType(typeof(PeerInvitation))]
public sealed class SendPeerInvitationCommand : CollaborationCmdlet
{
    private const string ContactSet = "Contact";
    private const string EndpointSet = "Endpoint";
    private const string ContactGroupSet = "ContactGroup";
    private const string EndpointGroupSet = "EndpointGroup";

    // How long taking an invitation back may last.
    private static readonly TimeSpan CancelTimeout = TimeSpan.FromSeconds(2);

    private readonly List<PeerInvitation> _waiting = [];

    /// <summary>Who is invited: contacts, or peer names. All their endpoints are; the first answer counts.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ContactSet, ValueFromPipeline = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ContactGroupSet, ValueFromPipeline = true)]
    [ContactTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(ContactCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Contact { get; set; } = [];

    /// <summary>The endpoint that alone is invited.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EndpointSet, ValueFromPipeline = true)]
    [Parameter(Mandatory = true, ParameterSetName = EndpointGroupSet, ValueFromPipeline = true)]
    [PersonEndpointTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(PersonEndpointCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Endpoint { get; set; } = [];

    /// <summary>The application.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ContactSet)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = EndpointSet)]
    [ApplicationIdTransformation]
    [ArgumentCompleter(typeof(ApplicationCompleter))]
    public Guid ApplicationId { get; set; }

    /// <summary>What the application is given there: bytes, or text, which goes as UTF-8.</summary>
    [Parameter(ParameterSetName = ContactSet)]
    [Parameter(ParameterSetName = EndpointSet)]
    [ContentTransformation]
    [AllowEmptyCollection]
    [ValidateNotNull]
    [ValidateCount(0, PeerInvitationRequest.MaximumData)]
    [NoCompletion]
    public byte[] Data { get; set; } = [];

    /// <summary>The invitation to a group: what New-PeerGroupInvitation wrote, its document, or the file that holds it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ContactGroupSet, ValueFromPipeline = true)]
    [Parameter(Mandatory = true, ParameterSetName = EndpointGroupSet, ValueFromPipeline = true)]
    [InvitationTransformation(IsExclusive = true)]
    [ValidateNotNullOrEmpty]
    public string GroupInvitation { get; set; } = "";

    /// <summary>What to say to it.</summary>
    [Parameter]
    [ValidateLength(0, PeerSignIn.MaximumText)]
    [NoCompletion]
    public string Message { get; set; } = "";

    /// <summary>How long the invitation can be answered, and how long the answer is waited for.</summary>
    [Parameter]
    [ValidateRange(1, 86_400)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Does not wait for answers.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    private protected override object? Input => Contact.Length > 0 ? Contact : Endpoint;

    private bool IsToGroup => ParameterSetName is ContactGroupSet or EndpointGroupSet;

    private protected override void Process()
    {
        PeerGroupInvitation? group = IsToGroup ? Peer.Groups.ReadInvitation(InvitationInput.Read(this, GroupInvitation)) : null;
        foreach (string name in Contact)
        {
            Report(() => Invite(GetPerson(name), endpoint: null, group));
        }

        foreach (string name in Endpoint)
        {
            Report(() => InviteEndpoint(GetEndpoint(name), group));
        }
    }

    // All who are invited have the same time to answer, and the first to answer comes first.
    private protected override void Finish()
    {
        if (_waiting.Count > 0)
        {
            var progress = new PumpProgress(
                "Waiting for an answer", string.Join(", ", _waiting.Select(People.GetName)), TimeSpan.FromSeconds(TimeoutSeconds));
            Pump((pump, token) => Task.WhenAll(_waiting.Select(invitation => AwaitAsync(invitation, pump, token))), progress);
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        base.StopProcessing();

        // Where the pipeline ends before Finish nobody waits for these any more.
        foreach (PeerInvitation invitation in _waiting.ToArray())
        {
            _ = CancelAsync(invitation);
        }
    }

    private void InviteEndpoint(string endpoint, PeerGroupInvitation? group)
    {
        PeerEndpoint known = People.GetKnown(Await(Collaboration.GetEndpointsAsync), endpoint);
        Invite(known.Contact, known.Id, group);
    }

    private void Invite(string person, Guid? endpoint, PeerGroupInvitation? group)
    {
        string whom = DescribePerson(person);
        if (!ShouldProcess(whom, Describe(group)))
        {
            return;
        }

        if (group?.Invitee is { } invitee && invitee != person)
        {
            WriteWarning(
                $"The invitation to the group '{group.FriendlyName}' is for {group.InviteeFriendlyName} ({invitee}), not for {whom}, who "
                + "cannot use it. New-PeerGroupInvitation takes a contact for -IdentityInfo.");
        }

        var request = new PeerInvitationRequest
        {
            Contact = person,
            Endpoint = endpoint,
            ApplicationId = group is null ? ApplicationId : null,
            Data = Data,
            GroupInvitation = group?.Xml,
            Message = Message,
            Lifetime = TimeSpan.FromSeconds(TimeoutSeconds),
        };
        PeerInvitation sent = Await(token => Collaboration.InviteAsync(request, token));
        if (NoWait)
        {
            WriteWithNode(sent);
        }
        else
        {
            _waiting.Add(sent);
        }
    }

    private async Task AwaitAsync(PeerInvitation invitation, AsyncPump pump, CancellationToken cancellationToken)
    {
        try
        {
            PeerInvitation answered = await Collaboration.WaitForInvitationAsync(invitation.Id, cancellationToken).ConfigureAwait(false);
            pump.Post(() => WriteWithNode(answered));
        }
        catch (OperationCanceledException)
        {
            await CancelAsync(invitation).ConfigureAwait(false);
            throw;
        }
    }

    private async Task CancelAsync(PeerInvitation invitation)
    {
        using var patience = new CancellationTokenSource(CancelTimeout);
        try
        {
            await Collaboration.CompleteInvitationAsync(
                invitation.Id, Engine.Collaboration.PeerInvitationResponse.Cancel, isLaunched: false, CancelTimeout, patience.Token)
                .ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is PeerException or OperationCanceledException)
        {
            // It has been answered, or has ended by itself.
        }
    }

    private string Describe(PeerGroupInvitation? group)
    {
        string goal = group is not null
            ? $"the group '{(group.FriendlyName.Length > 0 ? group.FriendlyName : group.Group)}'"
            : Await(Collaboration.GetApplicationsAsync).FirstOrDefault(one => one.Id == ApplicationId) is { } application
                ? $"'{application.Name}'"
                : $"the application {ApplicationId}";
        string message = Message.Length == 0 ? "" : $", saying '{Message}'";
        return $"Invite to {goal}{message}";
    }
}
