using System.Management.Automation;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes text and what is written as text, such as numbers and dates; the text of an object from the pipeline is not
/// what anybody wants to send.</summary>
internal sealed class TextTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is null or IConvertible
            ? inputData
            : throw NotForThisParameter.Of(inputData);
}
