using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Core;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Unregisters applications: invitations to them run nothing any more.</summary>
[Cmdlet(
    VerbsLifecycle.Unregister, "PeerApplication", DefaultParameterSetName = ApplicationSet, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Unregister-PeerApplication" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class UnregisterPeerApplicationCommand : CollaborationCmdlet
{
    private const string ApplicationSet = "Application";
    private const string IdSet = "Id";

    /// <summary>The applications, as Get-PeerApplication wrote them.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ApplicationSet, ValueFromPipeline = true)]
    [CopyTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public PeerApplication[] Application { get; set; } = [];

    /// <summary>The ids of the applications.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = IdSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ApplicationCompleter))]
    [ValidateNotNullOrEmpty]
    public Guid[] Id { get; set; } = [];

    /// <summary>Unregisters what is registered for all users of this machine.</summary>
    [Parameter(ParameterSetName = IdSet)]
    public SwitchParameter AllUsers { get; set; }

    private protected override object? Input => ParameterSetName == ApplicationSet ? Application : Id;

    private protected override void Process()
    {
        foreach (PeerApplication application in Application)
        {
            Report(() => Unregister(application));
        }

        foreach (Guid id in Id)
        {
            Report(() => Unregister(id, GetName(id), AllUsers));
        }
    }

    private void Unregister(PeerApplication application)
    {
        if (application.Owner is { } owner)
        {
            throw PeerErrors.NotAuthorized.Exception(
                $"The application '{application.Name}' is one of {DescribePerson(owner)}, who alone can unregister it.", application);
        }

        Unregister(application.Id, application.Name, application.IsForAllUsers);
    }

    private void Unregister(Guid id, string name, bool isForAllUsers)
    {
        if (ShouldProcess($"{name} ({id})", isForAllUsers ? "Unregister for all users of this machine" : "Unregister"))
        {
            Await(token => Collaboration.UnregisterApplicationAsync(id, isForAllUsers, token));
        }
    }

    private string GetName(Guid id)
    {
        IReadOnlyList<PeerApplication> all = Await(Collaboration.GetApplicationsAsync);
        return all.FirstOrDefault(application => application.Id == id && application.IsForAllUsers == AllUsers)?.Name
            ?? throw PeerErrors.NotFound.Exception(
                all.Any(application => application.Id == id)
                    ? $"The application {id} is registered for {(AllUsers ? "this user" : "all users: use -AllUsers")}."
                    : $"Here is no application {id}. Get-PeerApplication lists those there are.",
                id);
    }
}
