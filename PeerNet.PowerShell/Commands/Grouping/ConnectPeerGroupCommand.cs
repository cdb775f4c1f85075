using System.Management.Automation;
using System.Net;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Opens a group, finds members, connects to them, and lets others connect.</summary>
[Cmdlet(
    VerbsCommunications.Connect, "PeerGroup", DefaultParameterSetName = NameSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Connect-PeerGroup" + HelpPages.Extension)]
[OutputType(typeof(PeerGroup))]
public sealed class ConnectPeerGroupCommand : GroupCmdlet
{
    private const string NameSet = "Name";
    private const string AddressSet = "Address";
    private const string OfflineSet = "Offline";

    /// <summary>The group.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [GroupTransformation]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string Group { get; set; } = "";

    /// <summary>Where members listen; tried in order. Without it they are found by the group's name.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = AddressSet)]
    [EndpointTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public EndPoint[] Endpoint { get; set; } = [];

    /// <summary>Opens the database alone.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OfflineSet)]
    public SwitchParameter Offline { get; set; }

    /// <summary>Which of this node's members, where there are several.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IdentityTransformation]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Identity { get; set; }

    /// <summary>The cloud in which to look for members; the group's own where none is given.</summary>
    [Parameter]
    [CloudTransformation]
    [ArgumentCompleter(typeof(CloudCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Cloud { get; set; }

    /// <summary>The port where other members connect; the node's, or a free one, where none is given.</summary>
    [Parameter]
    [ValidateRange(1, IPEndPoint.MaxPort)]
    [NoCompletion]
    public int Port { get; set; }

    /// <summary>Takes in direct connections.</summary>
    [Parameter]
    public SwitchParameter AllowDirectConnection { get; set; }

    /// <summary>Opens the group again, in the same way, whenever the node starts; $false lets it be.</summary>
    [Parameter]
    public SwitchParameter Persistent { get; set; }

    /// <summary>How long finding members and synchronizing may take.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Returns before the connection is made.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    private protected override object? Input => Group;

    private protected override void Process()
    {
        string? identity = GetIdentity(Identity);
        PeerGroup group = GetGroup(Group, identity);
        if (!ShouldProcess(GroupNames.Describe(group), Describe()))
        {
            return;
        }

        if (!Offline && group.Status.HasFlag(PeerGraphStatus.HasConnections))
        {
            WriteWarning($"The group '{group.FriendlyName}' is connected already (PEER_S_ALREADY_CONNECTED).");
        }

        var progress = new GraphProgress(group.FriendlyName, TimeSpan.FromSeconds(TimeoutSeconds));
        PeerGroupOpening opening = CreateRequest(group, identity);
        try
        {
            PeerGroup opened = Await(token => Groups.ConnectAsync(opening, progress, token), progress);
            DescribePort($"group '{opened.FriendlyName}'", opened.Port, Port);
            if (!Offline && !NoWait && opened.Neighbors == 0)
            {
                WriteVerbose($"Nobody of the group '{opened.FriendlyName}' was found; this node waits for the others.");
            }

            WriteGroup(opened);
        }
        finally
        {
            if (progress.Targets is { Count: > 0 } tried)
            {
                WriteVerbose($"Members tried, in order: {string.Join(", ", tried)}.");
            }
        }
    }

    private string Describe() => ParameterSetName switch
    {
        OfflineSet => "Open",
        AddressSet => $"Connect to {string.Join(", ", Endpoint.Select(HostNames.Describe))}",
        _ => "Find members and connect to them",
    };

    private PeerGroupOpening CreateRequest(PeerGroup group, string? identity) => new()
    {
        Group = group.PeerName,
        Identity = identity,
        Endpoints = LookUp(Endpoint),
        IsOffline = Offline,
        Cloud = Cloud,
        Port = Port,
        AllowsDirectConnections = MyInvocation.BoundParameters.ContainsKey(nameof(AllowDirectConnection)) ? AllowDirectConnection : null,
        IsPersistent = MyInvocation.BoundParameters.ContainsKey(nameof(Persistent)) ? Persistent : null,
        IsAwaited = !NoWait,
        Timeout = TimeSpan.FromSeconds(TimeoutSeconds),
    };
}
