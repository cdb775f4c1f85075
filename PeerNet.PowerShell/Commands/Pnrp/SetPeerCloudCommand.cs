using System.Management.Automation;
using PeerNet.Engine.Pnrp;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using EngineCloudMode = PeerNet.Engine.Pnrp.PeerCloudMode;

namespace PeerNet.PowerShell.Commands;

/// <summary>Opens, closes or configures a cloud.</summary>
[Cmdlet(
    VerbsCommon.Set, "PeerCloud", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Set-PeerCloud" + HelpPages.Extension)]
[OutputType(typeof(PeerCloud))]
public sealed class SetPeerCloudCommand : NodeCmdlet
{
    /// <summary>The clouds.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [CloudTransformation]
    [ArgumentCompleter(typeof(CloudCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Cloud { get; set; } = [];

    /// <summary>Opens or closes the cloud on this node.</summary>
    [Parameter]
    public PeerCloudSwitch? State { get; set; }

    /// <summary>Whether this node publishes in the cloud or only resolves.</summary>
    [Parameter]
    public PeerCloudMode? Mode { get; set; }

    /// <summary>Nodes to ask first; an empty array removes them.</summary>
    [Parameter]
    [ValidateNotNull]
    [ValidateSeed]
    [NoCompletion]
    public string[]? Seed { get; set; }

    /// <summary>Writes the clouds.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => Cloud;

    private protected override void Process()
    {
        foreach (string cloud in Cloud)
        {
            if (ShouldProcess(cloud, Describe()))
            {
                Report(() => Configure(cloud));
            }
        }
    }

    private void Configure(string cloud)
    {
        bool? open = State is null ? null : State == PeerCloudSwitch.Open;
        EngineCloudMode? mode = Mode is null ? null : (EngineCloudMode)(int)Mode;
        PeerCloud changed = Await(
            token => Peer.Pnrp.ConfigureCloudAsync(cloud, open, mode, Seed, token),
            new PumpProgress("Configuring", cloud, limit: null));
        if (PassThru)
        {
            WriteWithNode(changed);
        }
    }

    private string Describe()
    {
        string[] changes =
        [
            .. State is null ? Array.Empty<string>() : [$"state {State}"],
            .. Mode is null ? Array.Empty<string>() : [$"mode {Mode}"],
            .. Seed is null ? Array.Empty<string>() : [Seed.Length == 0 ? "no seeds" : $"seeds {string.Join(", ", Seed)}"],
        ];
        return changes.Length == 0 ? "Change nothing" : $"Set {string.Join("; ", changes)}";
    }
}
