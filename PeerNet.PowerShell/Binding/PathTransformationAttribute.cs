using System.Collections;
using System.Management.Automation;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes paths with wildcards as text, and files and folders as they are called. Leaves other objects to parameters
/// that take their properties.</summary>
internal sealed class PathTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether text that is a document is for another parameter.</summary>
    public bool LeavesDocuments { get; init; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            null => null,
            string text when IsItself(text) => WildcardPattern.Escape(text),
            string text when !LeavesDocuments || !XmlDocuments.IsDocument(text) => text,
            FileSystemInfo item => WildcardPattern.Escape(item.FullName),
            IEnumerable many and not string => many.Cast<object>().Select(one => Transform(engineIntrinsics, one)).ToArray(),
            var other => throw NotForThisParameter.Of(other),
        };

    // PSPath, which an item brings along: nobody types a pattern with its provider.
    private static bool IsItself(string text) => text.StartsWith(OutputFile.ProviderName + "::", StringComparison.Ordinal)
        || text.StartsWith($@"Microsoft.PowerShell.Core\{OutputFile.ProviderName}::", StringComparison.Ordinal);
}
