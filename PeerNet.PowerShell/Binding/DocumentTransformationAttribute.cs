using System.Management.Automation;
using System.Xml;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a document of XML as text or as an object. Leaves other text, such as paths, to other parameters.</summary>
internal sealed class DocumentTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        inputData = DeserializedObject.Restore(inputData);
        return (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            null => null,
            string text when XmlDocuments.IsDocument(text) => text,
            XmlNode node => node.OuterXml,
            var other => throw NotForThisParameter.Create(
                $"This {other.GetType().Name} is no XML document. Get-Content -Raw reads a file as one text, not line by line."),
        };
    }
}
