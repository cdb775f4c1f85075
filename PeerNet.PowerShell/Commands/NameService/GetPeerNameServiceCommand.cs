using System.Management.Automation;
using PeerNet.Engine.NameService;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows whether a node answers DNS for the host names of peers, where, and what it has answered.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerNameService",
    HelpUri = HelpPages.Root + "Get-PeerNameService" + HelpPages.Extension)]
[OutputType(typeof(PeerNameService))]
public sealed class GetPeerNameServiceCommand : NodeCmdlet
{
    private protected override void Process() => WriteWithNode(Await(_ => Peer.NameServer.GetStatusAsync()));
}
