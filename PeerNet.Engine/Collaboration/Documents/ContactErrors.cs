using PeerNet.Engine.Core;

namespace PeerNet.Engine.Collaboration.Documents;

/// <summary>Says why a document is no contact, and what to do.</summary>
internal static class ContactErrors
{
    /// <summary>The error for a document that cannot be read.</summary>
    /// <param name="fault">Not <see cref="ContactFault.None"/>.</param>
    /// <param name="target">The caller's input.</param>
    public static PeerException From(ContactFault fault, object? target = null) => fault switch
    {
        ContactFault.NotXml => PeerErrors.InvalidData.Exception(
            $"The contact is no XML without document type of at most {SafeXml.MaximumCharacters} characters and "
            + $"{SafeXml.MaximumDepth} levels. Perhaps it was cut; have it sent as a file.",
            target),
        ContactFault.NotContact => PeerErrors.InvalidData.Exception(
            $"The document is no contact ({ContactDocument.RootName}); Get-PeerContact -Me -AsXml makes one.", target),
        ContactFault.UnsupportedVersion => PeerErrors.UnsupportedVersion.Exception(
            $"The contact has a version that cannot be read here, which is {ContactDocument.Version}; later ones need a later "
            + "version of PeerNet.",
            target),
        ContactFault.Malformed => PeerErrors.InvalidData.Exception(
            "The contact is damaged: an element is missing, is there twice, has more than "
            + $"{ContactDocument.MaximumText} characters, or cannot be read. Have it sent again.",
            target),
        ContactFault.NotIdentity => PeerErrors.InvalidCredential.Exception(
            "The contact's certificate is not one that an identity has made for itself, or was changed after that. Do not "
            + "add the contact; ask the person for another file.",
            target),
        ContactFault.OtherKey => PeerErrors.InvalidCredential.Exception(
            "The contact's peer name does not belong to the key in its certificate: the file was put together from two "
            + "people's. Do not add the contact; ask the person for another file.",
            target),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "The document can be read."),
    };
}
