using System.Management.Automation;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Ends the publication of content. Information that was handed out stays usable.</summary>
[Cmdlet(
    VerbsData.Unpublish, "PeerContent", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Unpublish-PeerContent" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class UnpublishPeerContentCommand : NodeCmdlet
{
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);
    private string? _current;

    /// <summary>The ids; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ContentIdTransformation]
    [ArgumentCompleter(typeof(ContentIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] ContentId { get; set; } = [];

    private protected override object? Input => _current;

    private protected override void Process()
    {
        foreach (string id in ContentId)
        {
            _current = id;
            Report(() => UnpublishAll(id));
        }
    }

    // Whoever pipes information names each content once, and that is no reason to list all of them each time.
    private void UnpublishAll(string id)
    {
        IEnumerable<string> named = WildcardPattern.ContainsWildcardCharacters(id)
            ? Published.Find(Await(Peer.Distribution.GetPublishedAsync), id).Select(content => content.ContentId)
            : [id];

        // Information of both versions of the same content comes one after the other.
        foreach (string one in named.Where(_done.Add))
        {
            Unpublish(one);
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
