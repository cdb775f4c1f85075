using System.Management.Automation;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a group as its peer name, its friendly name, or as Get-PeerGroup wrote it, which tells the member
/// too; and no other object.</summary>
internal sealed class GroupTargetTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        inputData = DeserializedObject.Restore(inputData);
        return (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            PeerGroup group => new GroupTarget(group.PeerName, group.Identity),
            null or string or GroupTarget => inputData,
            var other => throw NotForThisParameter.Of(other),
        };
    }
}
