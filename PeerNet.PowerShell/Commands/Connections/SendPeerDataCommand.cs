using System.Management.Automation;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Sends data through a connection.</summary>
[Cmdlet(
    VerbsCommunications.Send, "PeerData", DefaultParameterSetName = DataSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Send-PeerData" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class SendPeerDataCommand : GraphCmdlet
{
    private const string DataSet = "Data";
    private const string TextSet = "Text";
    private const string PathSet = "Path";

    private readonly PipedBytes _piped = new();

    /// <summary>The connections: ids, or what Open-PeerConnection wrote.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ConnectionId", "Id")]
    [ConnectionTransformation]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    [ValidateNotNullOrEmpty]
    public ConnectionTarget[] Connection { get; set; } = [];

    /// <summary>What the data is.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [NoCompletion]
    public Guid DataType { get; set; }

    /// <summary>The data, as bytes; those that come one by one through the pipeline are one message.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DataSet, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    [ValidateNotNull]
    [NoCompletion]
    public byte[]? Data { get; set; }

    /// <summary>The data, as text, which goes as UTF-8.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TextSet, ValueFromPipeline = true)]
    [TextTransformation]
    [AllowEmptyString]
    [NoCompletion]
    public string? Text { get; set; }

    /// <summary>The data, in a file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    [Alias("LiteralPath", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The graph, where ids are given and several graphs are open.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId")]
    [GraphTransformation]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Graph { get; set; }

    /// <summary>The group, where ids are given and several are open.</summary>
    [Parameter]
    [GroupTransformation]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Group { get; set; }

    private protected override object? Input => Connection;

    private protected override bool IsInputOne => IsPiped(nameof(Data)) && ParameterSetName == DataSet;

    private protected override void CheckParameters()
    {
        CheckTarget(Graph, Group);
    }

    private protected override void Process()
    {
        if (!IsInputOne || !_piped.TryAdd(Data!))
        {
            Send(RecordContent.Read(this, Data, Text, Path) ?? []);
        }
    }

    private protected override void Finish()
    {
        if (_piped.Take() is { } whole)
        {
            Send(whole);
        }
    }

    private void Send(ReadOnlyMemory<byte> content)
    {
        foreach (ConnectionTarget connection in Connection)
        {
            Report(() => Send(connection, content));
        }
    }

    private void Send(ConnectionTarget target, ReadOnlyMemory<byte> content)
    {
        (GraphTarget graph, ulong id) = Find(target, Graph, Group);
        if (ShouldProcess($"{id} in {graph.Name}", $"Send {PeerText.FormatBytes(content.Length)}"))
        {
            Await(token => graph.Graphs.SendAsync(graph.Id, id, DataType, content, token));
        }
    }
}
