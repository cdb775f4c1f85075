using PeerNet.Engine.Collaboration;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes the endpoint of a person as text, as what the person is called, or from a person near me, a presence, an
/// invitation, an object or an application; an exclusive one leaves the last two to the parameter for their ids.</summary>
internal sealed class PersonEndpointTransformationAttribute : IdTransformationAttribute
{
    private protected override string? GetId(object value) => value switch
    {
        PeerEndpoint endpoint => endpoint.ToString(),
        PeerContact contact => contact.PeerName,
        PeerPersonNearMe person => person.Endpoint.ToString(),
        PeerPresence { Endpoint: { } id } presence => Name(presence.Contact, id),
        PeerInvitation { Endpoint: { } id } invitation => Name(invitation.Contact, id),
        _ when IsExclusive => null,
        PeerObject { Endpoint: { } id } shown => Name(shown.Owner, id),
        PeerApplication { Endpoint: { } id, Owner: { } owner } => Name(owner, id),
        _ => null,
    };

    private protected override bool IsTaken(string text) => !IsExclusive || !XmlDocuments.IsDocument(text);

    private static string Name(string person, Guid id) => new PeerEndpoint { Contact = person, Id = id }.ToString();
}
