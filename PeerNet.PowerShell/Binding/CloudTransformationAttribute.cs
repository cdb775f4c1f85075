using PeerNet.Engine.Pnrp;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a cloud as its name or as Get-PeerCloud wrote it.</summary>
internal sealed class CloudTransformationAttribute : IdTransformationAttribute
{
    private protected override string? GetId(object value) => (value as PeerCloud)?.Name;
}
