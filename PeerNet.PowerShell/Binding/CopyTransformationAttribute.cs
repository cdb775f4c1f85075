using System.Management.Automation;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes for an object of the module also what came of it through a file, a job or another session.</summary>
internal sealed class CopyTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) => DeserializedObject.Restore(inputData);
}
