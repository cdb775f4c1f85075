using System.Management.Automation;
using PeerNet.Engine.Pnrp;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows the clouds of this machine.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerCloud",
    HelpUri = HelpPages.Root + "Get-PeerCloud" + HelpPages.Extension)]
[OutputType(typeof(PeerCloud))]
public sealed class GetPeerCloudCommand : NodeCmdlet
{
    /// <summary>Names of clouds; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [CloudTransformation]
    [ArgumentCompleter(typeof(CloudCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Only clouds that reach this far.</summary>
    [Parameter]
    public PeerCloudScope Scope { get; set; }

    /// <summary>Adds the route cache.</summary>
    [Parameter]
    public SwitchParameter IncludeCache { get; set; }

    private protected override object? Input => Name;

    private protected override void Process()
    {
        IReadOnlyList<PeerCloud> clouds = Await(token => Peer.Pnrp.GetCloudsAsync(IncludeCache, token));
        if (Name is null)
        {
            Write(clouds);
            return;
        }

        foreach (string name in Name)
        {
            Report(() => Write(Clouds.Find(clouds, name)));
        }
    }

    private void Write(IReadOnlyList<PeerCloud> clouds)
    {
        foreach (PeerCloud cloud in clouds.Where(cloud => Scope == PeerCloudScope.Any || (int)cloud.Scope == (int)Scope))
        {
            WriteWithNode(cloud);
        }
    }
}
