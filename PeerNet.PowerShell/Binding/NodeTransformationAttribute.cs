using PeerNet.Engine.Node;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a node as its name or as Get-PeerNode wrote it.</summary>
internal sealed class NodeTransformationAttribute : IdTransformationAttribute
{
    private protected override string? GetId(object value) => (value as PeerNodeStatus)?.Name;
}
