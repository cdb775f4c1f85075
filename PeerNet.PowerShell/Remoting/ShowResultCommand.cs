using System.Management.Automation;

namespace PeerNet.PowerShell.Remoting;

/// <summary>The end of a pipeline whose results a cmdlet writes. No module exports it.</summary>
[Cmdlet(VerbsCommon.Show, "Result")]
internal sealed class ShowResultCommand : Cmdlet
{
    /// <summary>What a pipeline needs to run it.</summary>
    public static readonly CmdletInfo Info = new("Show-Result", typeof(ShowResultCommand));

    [Parameter(ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = null!;

    [Parameter(Mandatory = true)]
    public Action<PSObject> Action { get; set; } = null!;

    protected override void ProcessRecord() => Action(InputObject);
}
