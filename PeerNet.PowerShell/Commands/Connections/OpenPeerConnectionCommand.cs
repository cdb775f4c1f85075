using System.Management.Automation;
using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Opens a direct connection to another node of a graph.</summary>
[Cmdlet(
    VerbsCommon.Open, "PeerConnection", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Open-PeerConnection" + HelpPages.Extension)]
[OutputType(typeof(PeerConnection))]
public sealed class OpenPeerConnectionCommand : GraphCmdlet
{
    /// <summary>The graph.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId")]
    [GraphTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string Graph { get; set; } = "";

    /// <summary>The peer to connect to.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [PeerIdTransformation]
    [ArgumentCompleter(typeof(GraphPeerCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] PeerId { get; set; } = [];

    /// <summary>Where its node listens; where the graph knows it to listen, if none is given.</summary>
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

    private protected override object? Input => PeerId;

    private protected override void Process()
    {
        foreach (string peer in PeerId)
        {
            if (ShouldProcess($"{peer} in {Graph}", "Open a direct connection"))
            {
                Report(() => Open(peer));
            }
        }
    }

    private void Open(string peer)
    {
        IPEndPoint?[] places = Endpoint is null ? [null] : [.. LookUp(Endpoint)];
        for (int i = 0; i < places.Length; i++)
        {
            try
            {
                WriteWithNode(Open(peer, places[i]));
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

    private PeerConnection Open(string peer, IPEndPoint? endpoint)
    {
        var timeout = TimeSpan.FromSeconds(TimeoutSeconds);
        return Await(
            token => Graphs.OpenConnectionAsync(Graph, peer, endpoint, timeout, token),
            new PumpProgress("Opening a connection", peer, timeout));
    }
}
