using System.Collections;
using System.Management.Automation;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a connection as its id, or as Get-PeerConnection wrote it; that tells the graph and the node too.</summary>
internal sealed class ConnectionTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        inputData = DeserializedObject.Restore(inputData);
        PSObject? wrapped = inputData as PSObject;
        object? value = wrapped is null ? inputData : wrapped.BaseObject;
        string? node = wrapped?.Properties[nameof(NodeCmdlet.Node)]?.Value as string;
        return value switch
        {
            null => null,
            PeerConnection connection => new ConnectionTarget(node, connection.GraphId, connection.Id),
            PeerDataItem item => new ConnectionTarget(node, item.GraphId, item.ConnectionId),
            ConnectionTarget or string => value,
            IEnumerable many => many.Cast<object>().Select(one => Transform(engineIntrinsics, one)).ToArray(),
            _ => inputData,
        };
    }
}
