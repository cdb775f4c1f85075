using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Collaboration.Storage;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Storage;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Grouping.Storage;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Node;

/// <summary>What the folder of a node that does not run holds, for those who only want to know what there is.</summary>
/// <param name="Identities">The identities.</param>
/// <param name="Graphs">The ids of the graphs that have databases.</param>
/// <param name="Groups">The groups.</param>
/// <param name="Contacts">The contacts.</param>
public sealed record PeerStoredState(
    IReadOnlyList<PeerIdentity> Identities,
    IReadOnlyList<string> Graphs,
    IReadOnlyList<PeerGroup> Groups,
    IReadOnlyList<PeerContact> Contacts)
{
    /// <summary>Looks into a folder, which is taken for as long as that lasts; null where there is none.</summary>
    /// <param name="nodeName">The node's name.</param>
    /// <exception cref="PeerException">A node has the folder, or it is damaged.</exception>
    public static PeerStoredState? Read(string nodeName)
    {
        string location = StateFolder.Locate(nodeName, statePath: null);
        if (!Directory.Exists(location))
        {
            return null;
        }

        using var folder = StateFolder.Open(location);
        using var identities = IdentityStore.Open(
            folder.GetFolder(NodeComposition.IdentityFolder), SystemRandomSource.Instance, TimeProvider.System);
        var graphs = new GraphFolder(folder.GetFolder(NodeComposition.GraphFolderName));
        using var groups = new GroupFolder(folder.GetFolder(NodeComposition.GroupFolderName));
        string contactsFolder = Path.Combine(folder.GetFolder(NodeComposition.CollaborationFolderName), CollaborationService.ContactsFolder);
        using ContactStore? contacts = Directory.Exists(contactsFolder) ? ContactStore.Open(contactsFolder) : null;
        return new(
            identities.List(),
            [.. graphs.List().Select(stored => stored.GraphId).Distinct()],
            [.. groups.List().Select(GroupDescription.OfClosed)],
            [.. (contacts?.List() ?? []).Select(ContactBook.Describe)]);
    }
}
