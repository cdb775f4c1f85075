using System.Management.Automation;
using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Opens a direct connection to another node of a graph, or a member of a group.</summary>
[Cmdlet(
    VerbsCommon.Open, "PeerConnection", DefaultParameterSetName = GraphSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Open-PeerConnection" + HelpPages.Extension)]
[OutputType(typeof(PeerConnection))]
public sealed class OpenPeerConnectionCommand : GraphCmdlet
{
    private const string GraphSet = "Graph";
    private const string GroupSet = "Group";

    /// <summary>The graph.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = GraphSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId")]
    [GraphTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Graph { get; set; }

    /// <summary>The peer to connect to.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = GraphSet, ValueFromPipelineByPropertyName = true)]
    [PeerIdTransformation]
    [ArgumentCompleter(typeof(GraphPeerCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] PeerId { get; set; } = [];

    /// <summary>The group.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GroupSet, ValueFromPipelineByPropertyName = true)]
    [GroupTransformation]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Group { get; set; }

    /// <summary>The members to connect to: peer names, what they are called, or what Get-PeerGroupMember wrote.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GroupSet, ValueFromPipeline = true)]
    [MemberTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(MemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Member { get; set; } = [];

    /// <summary>Where its node listens; where it is known to listen, if none is given.</summary>
    [Parameter]
    [EndpointTransformation]
    [ValidateNotNull]
    [NoCompletion]
    public EndPoint? Endpoint { get; set; }

    /// <summary>How long it may take.</summary>
    [Parameter]
    [ValidateRange(1, 600)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; } = 30;

    private protected override object? Input => ParameterSetName == GroupSet ? Member : PeerId;

    private protected override void Process()
    {
        GraphTarget target = GetTarget(Graph, Group);
        foreach (string peer in PeerId)
        {
            Report(() => Open(target, peer, peer));
        }

        foreach (string member in Member)
        {
            Report(() => Open(target, FindMember(target.Group!, member)));
        }
    }

    private PeerGroupMember FindMember(PeerGroup group, string name) =>
        GroupNames.GetMember(Await(token => Peer.Groups.GetMembersAsync(group.PeerName, token)), name, group);

    private void Open(GraphTarget target, PeerGroupMember member) => Open(target, member.PeerName, GroupNames.Describe(member));

    private void Open(GraphTarget target, string peer, string name)
    {
        if (!ShouldProcess($"{name} in {target.Name}", "Open a direct connection"))
        {
            return;
        }

        IPEndPoint?[] places = Endpoint is null ? [null] : [.. LookUp(Endpoint)];
        for (int i = 0; i < places.Length; i++)
        {
            try
            {
                WriteWithNode(Open(target, peer, places[i]));
                return;
            }
            catch (PeerException failure) when (i < places.Length - 1 && IsUnreachable(failure))
            {
                // The host has more addresses.
                WriteVerbose(failure.Message);
            }
        }
    }

    private static bool IsUnreachable(PeerException failure) =>
        failure.Error.Kind is PeerErrorKind.Connection or PeerErrorKind.Timeout;

    private PeerConnection Open(GraphTarget target, string peer, IPEndPoint? endpoint)
    {
        var timeout = TimeSpan.FromSeconds(TimeoutSeconds);
        return Await(
            token => target.Graphs.OpenConnectionAsync(target.Id, peer, endpoint, timeout, token),
            new PumpProgress("Opening a connection", peer, timeout));
    }
}
