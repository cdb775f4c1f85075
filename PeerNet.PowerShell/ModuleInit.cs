using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell;

/// <summary>What happens when a runspace imports and removes the module.</summary>
public sealed class ModuleInit : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <summary>Makes the engine findable; it is loaded when a cmdlet first needs it.</summary>
    public void OnImport()
    {
        EngineLoadContext.Attach();
        TypeAccelerators.Add();
        SessionViews.Attach(Runspace.DefaultRunspace);
        if (EngineLoadContext.DescribeGap() is { } gap)
        {
            // An import has no cmdlet of ours that could warn.
            ScriptBlock.Create("Write-Warning $args[0]").Invoke(gap);
        }
    }

    /// <summary>Ends the nodes that this runspace started for itself. Background nodes go on.</summary>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        SessionViews.Detach(Runspace.DefaultRunspace);
        PromptNotice.Detach(Runspace.DefaultRunspace);
        TypeAccelerators.Remove();
        NodeRegistry.EndSession(Runspace.DefaultRunspace);
    }
}
