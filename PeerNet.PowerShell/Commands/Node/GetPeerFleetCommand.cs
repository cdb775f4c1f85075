using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Fleet;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows the nodes of many machines, one row each.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerFleet",
    HelpUri = HelpPages.Root + "Get-PeerFleet" + HelpPages.Extension)]
[OutputType(typeof(PeerFleetNode))]
public sealed class GetPeerFleetCommand : NodeCmdlet
{
    private readonly DateTimeOffset _asked = DateTimeOffset.Now;

    /// <summary>Adds the node of this machine to those of the sessions.</summary>
    [Parameter]
    public SwitchParameter IncludeLocal { get; set; }

    private protected override bool RunsHereToo => IncludeLocal;

    private protected override void Process()
    {
        // Looking at it starts no node.
        NodeHost? node = Node is not null ? NodeRegistry.Get(Node)
            : NodeRegistry.GetCurrent(Runspace.DefaultRunspace) is { } current && NodeRegistry.IsRunning(current) ? current
            : NodeRegistry.Find(NodeRegistry.DefaultName);
        WriteObject(node is null ? FleetProbe.Absent : Await(token => FleetProbe.TakeAsync(node, token)));
    }

    // The machine is what the session calls it, so that it is found again by that.
    private protected override object? Receive(object? value, string machine) =>
        value is PSObject { BaseObject: PeerFleetNode row }
            ? row with { Machine = machine, ClockOffset = row.ClockOffset ?? CompareClock(row.Taken) }
            : value;

    // It was asked at some time between the question and now; what is within that is no difference.
    private TimeSpan CompareClock(DateTimeOffset there) =>
        there < _asked ? there - _asked
        : there > DateTimeOffset.Now ? there - DateTimeOffset.Now
        : TimeSpan.Zero;
}
