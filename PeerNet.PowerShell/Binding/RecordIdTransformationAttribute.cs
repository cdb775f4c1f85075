using System.Collections;
using System.Management.Automation;
using PeerNet.Engine.Graphing;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a record as its id, or as Get-PeerRecord wrote it.</summary>
internal sealed class RecordIdTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        inputData = DeserializedObject.Restore(inputData);
        return (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            null => null,
            PeerRecord record => record.Id,
            PeerRecordChange change => change.RecordId,
            string text => text,
            IEnumerable many => many.Cast<object>().Select(one => Transform(engineIntrinsics, one)).ToArray(),
            _ => inputData,
        };
    }
}
