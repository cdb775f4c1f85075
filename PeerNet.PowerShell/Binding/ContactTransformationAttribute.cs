using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Grouping;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a person as a peer name, as what a contact is called, as Get-PeerContact wrote it, or from what belongs to a
/// person; an exclusive one leaves whatever has an endpoint to the parameter for endpoints.</summary>
internal sealed class ContactTransformationAttribute : IdTransformationAttribute
{
    private protected override string? GetId(object value) => value switch
    {
        PeerContact contact => contact.PeerName,
        PeerPresence { Endpoint: null } presence => presence.Contact,
        PeerGroupMember member => member.PeerName,
        _ when IsExclusive => null,
        PeerPresence presence => presence.Contact,
        PeerPersonNearMe person => person.Contact,
        PeerEndpoint endpoint => endpoint.Contact,
        PeerInvitation invitation => invitation.Contact,
        _ => null,
    };

    private protected override bool IsTaken(string text) => !IsExclusive || !EndpointText.IsEndpoint(text);
}
