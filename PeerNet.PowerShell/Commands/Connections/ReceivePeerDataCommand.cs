using System.Globalization;
using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Writes the data that comes through connections.</summary>
[Cmdlet(
    VerbsCommunications.Receive, "PeerData", DefaultParameterSetName = GraphSet,
    HelpUri = HelpPages.Root + "Receive-PeerData" + HelpPages.Extension)]
[OutputType(typeof(PeerDataItem))]
public sealed class ReceivePeerDataCommand : GraphCmdlet
{
    private const string GraphSet = "Graph";
    private const string GroupSet = "Group";

    /// <summary>Only what comes through this connection: its id, or what Get-PeerConnection wrote.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ConnectionId", "Id")]
    [ConnectionTransformation]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    [ValidateNotNull]
    public ConnectionTarget? Connection { get; set; }

    /// <summary>Only what comes in this graph.</summary>
    [Parameter(ParameterSetName = GraphSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId")]
    [GraphTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Graph { get; set; }

    /// <summary>Only what comes in this group.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GroupSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [GroupTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Group { get; set; }

    /// <summary>Only data of these types.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public Guid[] DataType { get; set; } = [];

    /// <summary>The most items.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [NoCompletion]
    public int Count { get; set; } = int.MaxValue;

    /// <summary>How long to wait for each item; ends quietly.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; }

    /// <summary>Waits until it is stopped, or -Count items have come.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    private protected override object? Input => Connection is null ? Group ?? Graph : Connection;

    private bool IsWaiting => Wait || TimeoutSeconds > 0;

    private protected override void Process()
    {
        int left = Count;
        foreach ((IGraphAccess graphs, string? id) in FindSources())
        {
            var selection = new PeerDataSelection
            {
                GraphId = id,
                ConnectionId = Connection?.Id,
                DataTypes = DataType,
                IsWaiting = IsWaiting,
            };
            WarnOfLoss(graphs, id);
            Pump(async (pump, token) => left -= await ReceiveAsync(graphs, selection, left, pump, token).ConfigureAwait(false));
            WarnOfLoss(graphs, id);
            if (left == 0)
            {
                break;
            }
        }
    }

    // Where nothing is named, what has come is taken everywhere. Who waits, waits in one place.
    private (IGraphAccess Graphs, string? Id)[] FindSources()
    {
        if (Connection is not null)
        {
            GraphTarget of = Find(Connection, Graph, Group).Target;
            return [(of.Graphs, of.Id)];
        }

        if (Graph is not null || Group is not null)
        {
            GraphTarget target = GetTarget(Graph, Group);
            return [(target.Graphs, target.Id)];
        }

        bool[] kinds = [.. Await(token => GraphTarget.ListOpenAsync(Peer, token)).Select(one => one.Group is null).Distinct().DefaultIfEmpty(true)];
        return kinds.Length < 2 || !IsWaiting
            ? [.. kinds.Select(isGraph => (isGraph ? Graphs : Peer.Groups.Graphs, (string?)null))]
            : throw PeerErrors.InvalidArgument.Exception("Graphs and groups are open: say with -Graph or -Group where to wait.");
    }

    private async Task<int> ReceiveAsync(
        IGraphAccess source, PeerDataSelection selection, int most, AsyncPump pump, CancellationToken cancellationToken)
    {
        TimeSpan patience = TimeoutSeconds > 0 ? TimeSpan.FromSeconds(TimeoutSeconds) : Timeout.InfiniteTimeSpan;
        using var silence = new CancellationTokenSource(patience);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        int received = 0;
        try
        {
            await foreach (PeerDataItem item in source.ReceiveAsync(selection, ending.Token).ConfigureAwait(false))
            {
                pump.Post(() => Write(item));
                if (++received == most)
                {
                    break;
                }

                silence.CancelAfter(patience);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing came for as long as the caller wanted to wait.
        }

        return received;
    }

    private void Write(PeerDataItem item)
    {
        PSObject output = PSObject.AsPSObject(item);
        output.Properties.Add(new PSNoteProperty(nameof(Node), Node ?? Connection?.Node ?? NodeHost.Name));
        WriteObject(output);
    }

    private void WarnOfLoss(IGraphAccess source, string? graph)
    {
        if (source.TakeLostData(graph) is var lost and > 0)
        {
            WriteWarning(string.Create(
                CultureInfo.InvariantCulture, $"{lost} items were dropped, the oldest, because too many waited to be received."));
        }
    }
}
