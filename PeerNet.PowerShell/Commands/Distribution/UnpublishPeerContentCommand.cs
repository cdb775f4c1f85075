using System.Management.Automation;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Ends the publication of content. Information that was handed out stays usable.</summary>
[Cmdlet(VerbsData.Unpublish, "PeerContent", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class UnpublishPeerContentCommand : NodeCmdlet
{
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);
    private string? _current;

    /// <summary>The ids.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ContentIdTransformation]
    [ArgumentCompleter(typeof(ContentIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] ContentId { get; set; } = [];

    private protected override object? Input => _current;

    private protected override void Process()
    {
        // Information of both versions of the same content comes one after the other.
        foreach (string id in ContentId.Where(_done.Add))
        {
            _current = id;
            Report(() => Unpublish(id));
        }
    }

    private void Unpublish(string id)
    {
        if (ShouldProcess(id, "Unpublish content; whoever has its information can still fetch it from caches"))
        {
            Await(token => Peer.Distribution.UnpublishAsync(id, token));
        }
    }
}
