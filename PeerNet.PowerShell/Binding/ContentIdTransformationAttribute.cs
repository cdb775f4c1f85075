using PeerNet.Engine.Distribution;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a content id as text, or from published content or its information.</summary>
internal sealed class ContentIdTransformationAttribute : IdTransformationAttribute
{
    private protected override string? GetId(object value) => value switch
    {
        PeerContentInformation information => information.ContentId,
        PeerPublishedContent content => content.ContentId,
        Uri uri => uri.AbsoluteUri,
        _ => null,
    };
}
