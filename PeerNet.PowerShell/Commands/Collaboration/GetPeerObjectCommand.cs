using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows objects: one's own, or those that others show.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerObject", DefaultParameterSetName = OwnSet,
    HelpUri = HelpPages.Root + "Get-PeerObject" + HelpPages.Extension)]
[OutputType(typeof(PeerObject))]
public sealed class GetPeerObjectCommand : CollaborationCmdlet
{
    private const string OwnSet = "Own";
    private const string EndpointSet = "Endpoint";
    private const string ContactSet = "Contact";

    /// <summary>Only the objects with these ids.</summary>
    // People and endpoints have an id too, which is not that of an object.
    [Parameter(Position = 0, ParameterSetName = OwnSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, ParameterSetName = EndpointSet)]
    [Parameter(Position = 0, ParameterSetName = ContactSet)]
    [ArgumentCompleter(typeof(ObjectCompleter))]
    [ValidateNotNullOrEmpty]
    public Guid[]? Id { get; set; }

    /// <summary>The endpoints that show them.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EndpointSet, ValueFromPipeline = true)]
    [PersonEndpointTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(PersonEndpointCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Endpoint { get; set; } = [];

    /// <summary>The people who show them, at all endpoints that are known.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ContactSet)]
    [ContactTransformation]
    [ArgumentCompleter(typeof(ContactCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Contact { get; set; } = [];

    /// <summary>How long an endpoint may take to answer.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    [Parameter(ParameterSetName = ContactSet)]
    [ValidateRange(1, 3600)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; } = 10;

    private protected override object? Input => ParameterSetName switch
    {
        EndpointSet => Endpoint,
        ContactSet => Contact,
        _ => Id,
    };

    private protected override void Process()
    {
        if (ParameterSetName == OwnSet)
        {
            Write(Await(Collaboration.GetObjectsAsync), "This node shows no object");
            return;
        }

        foreach (string name in Endpoint)
        {
            Report(() => Write(GetObjects(GetEndpoint(name)), $"'{name}' shows no object"));
        }

        foreach (string name in Contact)
        {
            Report(() => Write(
                [.. GetEndpoints(GetPerson(name)).SelectMany(endpoint => GetObjects(endpoint.ToString()))], $"'{name}' shows no object"));
        }
    }

    private IReadOnlyList<PeerObject> GetObjects(string endpoint)
    {
        TimeSpan limit = TimeSpan.FromSeconds(TimeoutSeconds);
        return Await(
            token => Collaboration.GetObjectsAsync(endpoint, limit, token), new PumpProgress("Asking", endpoint, limit));
    }

    private void Write(IReadOnlyList<PeerObject> objects, string nothing)
    {
        foreach (PeerObject shown in objects.Where(shown => Id is null || Id.Contains(shown.Id)))
        {
            WriteWithNode(shown);
        }

        ReportMissing(Id, objects.Select(shown => shown.Id), id => $"{nothing} {id}.");
    }
}
