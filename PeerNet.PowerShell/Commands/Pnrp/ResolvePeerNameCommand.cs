using System.Management.Automation;
using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using EngineResolveCriteria = PeerNet.Engine.Pnrp.PeerResolveCriteria;

namespace PeerNet.PowerShell.Commands;

/// <summary>Finds registrations of peer names, or the members of a group. Each is written as soon as it has been checked.</summary>
[Cmdlet(
    VerbsDiagnostic.Resolve, "PeerName", DefaultParameterSetName = NameSet,
    HelpUri = HelpPages.Root + "Resolve-PeerName" + HelpPages.Extension)]
[OutputType(typeof(PeerEndpointInfo))]
public sealed class ResolvePeerNameCommand : GroupCmdlet
{
    private const string NameSet = "Name";
    private const string GroupSet = "Group";
    private const string HereHint = " This node itself has registered it; -Criteria Any finds its own names, too.";

    /// <summary>The peer names.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = NameSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [NameTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(RegistrationCompleter))]
    [ValidateNotNullOrEmpty]
    [ValidatePeerName]
    public string[] Name { get; set; } = [];

    /// <summary>Groups, whose members register the addresses where they are found.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GroupSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [GroupTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Group { get; set; } = [];

    /// <summary>The clouds to ask; all of them, or for a group its own, where none is given.</summary>
    [Parameter]
    [CloudTransformation]
    [ArgumentCompleter(typeof(CloudCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Cloud { get; set; } = [];

    /// <summary>The most registrations of each name.</summary>
    [Parameter]
    [ValidateRange(1, 500)]
    [NoCompletion]
    public int MaxResult { get; set; } = 1;

    /// <summary>Which registrations are wanted.</summary>
    [Parameter]
    public PeerResolveCriteria Criteria { get; set; }

    /// <summary>An address near which the registration should be.</summary>
    [Parameter]
    [AddressTransformation]
    [ValidateNotNull]
    [NoCompletion]
    public IPAddress? LocationHint { get; set; }

    /// <summary>How long the search for each name may take.</summary>
    [Parameter]
    [ValidateRange(1, 600)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Adds the nodes that were asked on the way.</summary>
    [Parameter]
    public SwitchParameter IncludePath { get; set; }

    /// <summary>Adds the data or text that goes with the name.</summary>
    [Parameter]
    public SwitchParameter IncludeData { get; set; }

    private protected override object? Input => ParameterSetName == GroupSet ? Group : Name;

    private protected override void Process()
    {
        foreach (string name in Name)
        {
            Report(() => Resolve(name, Cloud));
        }

        foreach (string group in Group)
        {
            Report(() => ResolveMembers(GetGroup(group)));
        }
    }

    private void ResolveMembers(PeerGroup group) =>
        Resolve(GroupNames.GetParticipant(group), Cloud.Length > 0 ? Cloud : [group.Cloud]);

    private void Resolve(string name, string[] clouds)
    {
        PeerResolveRequest request = CreateRequest(name, clouds);
        IPnrpService pnrp = Peer.Pnrp;
        int count = 0;
        try
        {
            Pump(
                async (pump, token) =>
                {
                    await foreach (PeerEndpointInfo found in pnrp.ResolveAsync(request, token).ConfigureAwait(false))
                    {
                        count++;
                        pump.Post(() => WriteWithNode(Trim(found)));
                    }
                },
                new PumpProgress("Resolving", name, request.Timeout));
        }
        catch (PeerException unasked) when (count == 0 && IsHere(request))
        {
            throw unasked.Error.Exception(unasked.Message + HereHint, name, unasked);
        }

        if (count == 0)
        {
            string hint = IsHere(request) ? HereHint : "";
            throw PeerErrors.NotFound.Exception($"Nobody has registered '{name}' where this node can find it.{hint}", name);
        }
    }

    // Without -Criteria a process does not find itself, which surprises those who try.
    private bool IsHere(PeerResolveRequest request) =>
        request.Criteria == EngineResolveCriteria.NonCurrentProcess
        && Await(Peer.Pnrp.GetRegistrationsAsync).Any(registration => registration.Name == request.Name);

    private PeerResolveRequest CreateRequest(string name, string[] clouds) => new()
    {
        Name = PeerName.Parse(name),
        Clouds = clouds,
        MaxResults = MaxResult,
        Criteria = (EngineResolveCriteria)(int)Criteria,
        LocationHint = LocationHint,
        Timeout = TimeSpan.FromSeconds(TimeoutSeconds),
    };

    private PeerEndpointInfo Trim(PeerEndpointInfo found) => found with
    {
        Path = IncludePath ? found.Path : [],
        Data = IncludeData ? found.Data : null,
        Text = IncludeData ? found.Text : null,
    };
}
