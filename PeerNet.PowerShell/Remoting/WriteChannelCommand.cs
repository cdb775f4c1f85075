using System.Management.Automation;

namespace PeerNet.PowerShell.Remoting;

/// <summary>The end of the pipeline of a cmdlet that runs for another process: hands on what comes. No module exports it.</summary>
[Cmdlet(VerbsCommunications.Write, "Channel")]
internal sealed class WriteChannelCommand : Cmdlet
{
    /// <summary>What a pipeline needs to run it.</summary>
    public static readonly CmdletInfo Info = new("Write-Channel", typeof(WriteChannelCommand));

    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    [Parameter(Mandatory = true)]
    public ServedCall Call { get; set; } = null!;

    protected override void ProcessRecord() => Call.Say(ChannelFrame.Output, WireObject.Write(InputObject));
}
