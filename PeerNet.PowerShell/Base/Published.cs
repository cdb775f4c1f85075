using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;

namespace PeerNet.PowerShell.Base;

/// <summary>Picks from what a node has published.</summary>
internal static class Published
{
    /// <summary>That with an id, or those whose ids match a pattern; letter case does not count in patterns.</summary>
    /// <exception cref="PeerException">Nothing is published under the id.</exception>
    public static IReadOnlyList<PeerPublishedContent> Find(IReadOnlyList<PeerPublishedContent> all, string id) => Naming.Find(
        all,
        id,
        content => content.ContentId == id,
        content => [content.ContentId],
        () => PeerErrors.NotFound.Exception(
            $"Nothing is published as '{PeerText.Escape(id)}'. Get-PeerContentInformation without -ContentId lists what is.", id));
}
