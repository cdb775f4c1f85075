using System.Management.Automation;
using PeerNet.Engine.Distribution;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes content information, or the file that holds it. Leaves other objects to parameters that take their
/// properties.</summary>
internal sealed class InformationTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        inputData = DeserializedObject.Restore(inputData);
        return (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            PeerContentInformation information => information,
            FileInfo file => file.FullName,
            null or string => inputData,
            var other => throw NotForThisParameter.Create(
                $"A {other.GetType().Name} is neither content information nor the path of a file that holds it."),
        };
    }
}
