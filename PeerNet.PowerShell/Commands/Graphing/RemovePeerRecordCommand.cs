using System.Management.Automation;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Commands;

/// <summary>Removes a record from a graph. Its tombstone stays until it would have expired.</summary>
[Cmdlet(
    VerbsCommon.Remove, "PeerRecord", DefaultParameterSetName = RecordSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Remove-PeerRecord" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class RemovePeerRecordCommand : RecordTargetCmdlet
{
    private protected override void Process(string graph, Guid id, long? version)
    {
        if (ShouldProcess($"{id} in {graph}", "Remove record"))
        {
            Await(token => Graphs.RemoveRecordAsync(graph, id, token));
        }
    }
}
