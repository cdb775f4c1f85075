using System.Management.Automation;
using System.Xml;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a search query as text or as a document.</summary>
internal sealed class QueryTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        inputData = DeserializedObject.Restore(inputData);
        return (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            XmlNode node => node.OuterXml,
            var value => value,
        };
    }
}
