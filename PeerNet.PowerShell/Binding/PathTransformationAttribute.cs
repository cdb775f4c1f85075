using System.Collections;
using System.Management.Automation;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes paths as text. Leaves documents to other parameters, and files to those that take them as they are called.</summary>
internal sealed class PathTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            null => null,
            string text when !XmlDocuments.IsDocument(text) => text,
            IEnumerable many and not string => many.Cast<object>().Select(one => Transform(engineIntrinsics, one)).ToArray(),
            var other => throw NotForThisParameter.Of(other),
        };
}
