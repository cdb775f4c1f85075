using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes contacts by what they are called; by peer name where several are called so.</summary>
internal sealed class ContactCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) => node is null
        ? []
        : NameByFriendlyName(
            Ask(node.Engine.Collaboration.GetContactsAsync),
            contact => contact.Nickname.Length > 0 ? contact.Nickname : contact.DisplayName,
            contact => contact.PeerName);
}
