using System.Management.Automation;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Commands;

/// <summary>Removes a record from a graph or a group. Its tombstone stays until it would have expired.</summary>
[Cmdlet(
    VerbsCommon.Remove, "PeerRecord", DefaultParameterSetName = RecordSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Remove-PeerRecord" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class RemovePeerRecordCommand : RecordTargetCmdlet
{
    private protected override void Process(GraphTarget target, Guid id, long? version)
    {
        if (ShouldProcess($"{id} in {target.Name}", "Remove record"))
        {
            Await(token => target.Graphs.RemoveRecordAsync(target.Id, id, token));
        }
    }
}
