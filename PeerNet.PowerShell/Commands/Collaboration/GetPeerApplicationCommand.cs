using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows the applications that are registered here, or those of others.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerApplication", DefaultParameterSetName = LocalSet,
    HelpUri = HelpPages.Root + "Get-PeerApplication" + HelpPages.Extension)]
[OutputType(typeof(PeerApplication))]
public sealed class GetPeerApplicationCommand : CollaborationCmdlet
{
    private const string LocalSet = "Local";
    private const string EndpointSet = "Endpoint";

    /// <summary>Only the applications with these ids.</summary>
    // People and endpoints have an id too, which is not that of an application.
    [Parameter(Position = 0, ParameterSetName = LocalSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, ParameterSetName = EndpointSet)]
    [ArgumentCompleter(typeof(ApplicationCompleter))]
    [ValidateNotNullOrEmpty]
    public Guid[]? Id { get; set; }

    /// <summary>Only those that are registered for all users of this machine.</summary>
    [Parameter(ParameterSetName = LocalSet)]
    public SwitchParameter AllUsers { get; set; }

    /// <summary>The endpoints that have them.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EndpointSet, ValueFromPipeline = true)]
    [PersonEndpointTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(PersonEndpointCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Endpoint { get; set; } = [];

    /// <summary>How long an endpoint may take to answer.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateRange(1, 3600)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; } = 10;

    private protected override object? Input => ParameterSetName == EndpointSet ? Endpoint : Id;

    private protected override void Process()
    {
        if (ParameterSetName == LocalSet)
        {
            PeerApplication[] all =
                [.. Await(Collaboration.GetApplicationsAsync).Where(application => !AllUsers || application.IsForAllUsers)];
            Write(all, "Here is no application");
            return;
        }

        foreach (string name in Endpoint)
        {
            Report(() => Write(GetApplications(GetEndpoint(name)), $"'{name}' has no application"));
        }
    }

    private IReadOnlyList<PeerApplication> GetApplications(string endpoint)
    {
        TimeSpan limit = TimeSpan.FromSeconds(TimeoutSeconds);
        return Await(
            token => Collaboration.GetApplicationsAsync(endpoint, limit, token), new PumpProgress("Asking", endpoint, limit));
    }

    private void Write(IReadOnlyList<PeerApplication> applications, string nothing)
    {
        foreach (PeerApplication application in applications.Where(application => Id is null || Id.Contains(application.Id)))
        {
            WriteWithNode(application);
        }

        ReportMissing(Id, applications.Select(application => application.Id), id => $"{nothing} {id}.");
    }
}
