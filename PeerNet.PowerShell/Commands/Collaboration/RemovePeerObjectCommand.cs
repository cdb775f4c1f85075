using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Core;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Takes objects of one's own away.</summary>
[Cmdlet(
    VerbsCommon.Remove, "PeerObject", DefaultParameterSetName = ObjectSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Remove-PeerObject" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class RemovePeerObjectCommand : CollaborationCmdlet
{
    private const string ObjectSet = "Object";
    private const string IdSet = "Id";

    /// <summary>The objects, as Get-PeerObject wrote them.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ObjectSet, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
#pragma warning disable CA1720 // Objects are what the API calls them (PEER_OBJECT).
    public PeerObject[] Object { get; set; } = [];
#pragma warning restore CA1720

    /// <summary>The ids of the objects.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = IdSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ObjectCompleter))]
    [ValidateNotNullOrEmpty]
    public Guid[] Id { get; set; } = [];

    private protected override object? Input => ParameterSetName == ObjectSet ? Object : Id;

    private protected override void Process()
    {
        foreach (PeerObject shown in Object)
        {
            Report(() => Remove(shown));
        }

        foreach (Guid id in Id)
        {
            Report(() => Remove(id));
        }
    }

    // Somebody else's may have the id of one of mine.
    private void Remove(PeerObject shown)
    {
        PeerPresence own = Await(Collaboration.GetOwnPresenceAsync);
        if (shown.Endpoint is { } endpoint && (endpoint != own.Endpoint || shown.Owner != own.Contact))
        {
            throw PeerErrors.NotAuthorized.Exception(
                $"The object {shown.Id} belongs to {DescribePerson(shown.Owner)}, who alone can take it away.", shown);
        }

        Remove(shown.Id);
    }

    private void Remove(Guid id)
    {
        if (ShouldProcess(id.ToString(), "Take the object away"))
        {
            Await(token => Collaboration.RemoveObjectAsync(id, token));
        }
    }
}
