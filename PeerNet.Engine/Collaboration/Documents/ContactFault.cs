namespace PeerNet.Engine.Collaboration.Documents;

/// <summary>Why a document cannot be read as a contact.</summary>
internal enum ContactFault
{
    /// <summary>It can.</summary>
    None,

    /// <summary>It is no XML, or more of it than anybody should send.</summary>
    NotXml,

    /// <summary>It is another document.</summary>
    NotContact,

    /// <summary>Its version is none that can be read here.</summary>
    UnsupportedVersion,

    /// <summary>What it has to say is missing, or has another form.</summary>
    Malformed,

    /// <summary>Its certificate is not one that an identity has made for itself.</summary>
    NotIdentity,

    /// <summary>Its certificate is an identity's, but the peer name belongs to another key.</summary>
    OtherKey,
}
