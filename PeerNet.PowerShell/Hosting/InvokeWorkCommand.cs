using System.Management.Automation;

namespace PeerNet.PowerShell.Hosting;

/// <summary>Does something inside a pipeline. No module exports it.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Work")]
internal sealed class InvokeWorkCommand : Cmdlet
{
    /// <summary>What a pipeline needs to run it.</summary>
    public static readonly CmdletInfo Info = new("Invoke-Work", typeof(InvokeWorkCommand));

    [Parameter(Mandatory = true)]
    public Action Work { get; set; } = null!;

    protected override void ProcessRecord() => Work();
}
