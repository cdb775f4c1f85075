using System.Globalization;
using System.Management.Automation;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Writes the data that comes through connections.</summary>
[Cmdlet(
    VerbsCommunications.Receive, "PeerData",
    HelpUri = HelpPages.Root + "Receive-PeerData" + HelpPages.Extension)]
[OutputType(typeof(PeerDataItem))]
public sealed class ReceivePeerDataCommand : GraphCmdlet
{
    /// <summary>Only what comes through this connection: its id, or what Get-PeerConnection wrote.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ConnectionId", "Id")]
    [ConnectionTransformation]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    [ValidateNotNull]
    public ConnectionTarget? Connection { get; set; }

    /// <summary>Only what comes in this graph.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId")]
    [GraphTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Graph { get; set; }

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

    private protected override object? Input => Connection is null ? Graph : Connection;

    private IGraphService Source => Connection is null ? Graphs : GraphsOf(Connection);

    private protected override void Process()
    {
        var selection = new PeerDataSelection
        {
            GraphId = Connection?.GraphId ?? Graph,
            ConnectionId = Connection?.Id,
            DataTypes = DataType,
            IsWaiting = Wait || TimeoutSeconds > 0,
        };
        IGraphService source = Source;
        WarnOfLoss(source, selection.GraphId);
        Pump((pump, token) => ReceiveAsync(source, selection, pump, token));
        WarnOfLoss(source, selection.GraphId);
    }

    private async Task ReceiveAsync(
        IGraphService source, PeerDataSelection selection, AsyncPump pump, CancellationToken cancellationToken)
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
                if (++received == Count)
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
    }

    private void Write(PeerDataItem item)
    {
        PSObject output = PSObject.AsPSObject(item);
        output.Properties.Add(new PSNoteProperty(nameof(Node), Node ?? Connection?.Node ?? NodeHost.Name));
        WriteObject(output);
    }

    private void WarnOfLoss(IGraphService source, string? graph)
    {
        if (source.TakeLostData(graph) is var lost and > 0)
        {
            WriteWarning(string.Create(
                CultureInfo.InvariantCulture, $"{lost} items were dropped, the oldest, because too many waited to be received."));
        }
    }
}
