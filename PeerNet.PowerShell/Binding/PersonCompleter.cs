using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the people near me by nickname; by peer name where several call themselves so.</summary>
internal sealed class PersonCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) => node is null
        ? []
        : NameByFriendlyName(
            Ask(node.Engine.Collaboration.GetPeopleNearMeAsync), person => person.Nickname, person => person.Contact);
}
