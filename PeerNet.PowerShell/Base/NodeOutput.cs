using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PeerNet.Engine.Node;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Base;

/// <summary>A node as cmdlets show it: its status, and whether it is the runspace's current one.</summary>
internal static class NodeOutput
{
    public static PSObject Create(NodeHost node)
    {
        bool isCurrent = NodeRegistry.GetCurrent(Runspace.DefaultRunspace) == node;
        return Create(node.GetStatus(), isCurrent);
    }

    public static PSObject Create(PeerNodeStatus status, bool isCurrent)
    {
        PSObject output = PSObject.AsPSObject(status);
        output.Properties.Add(new PSNoteProperty("IsCurrent", isCurrent));
        return output;
    }
}
