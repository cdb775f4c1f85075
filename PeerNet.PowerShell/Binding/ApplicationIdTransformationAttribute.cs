using PeerNet.Engine.Collaboration;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes an application as its id, or as Get-PeerApplication wrote it.</summary>
internal sealed class ApplicationIdTransformationAttribute : IdTransformationAttribute
{
    private protected override string? GetId(object value) => (value as PeerApplication)?.Id.ToString();
}
