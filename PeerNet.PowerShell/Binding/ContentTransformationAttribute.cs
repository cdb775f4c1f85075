using System.Management.Automation;
using System.Text;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes bytes, or text, which goes as UTF-8; PowerShell would read the text '65' as a byte.</summary>
internal sealed class ContentTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is string text ? Encoding.UTF8.GetBytes(text) : inputData;
}
