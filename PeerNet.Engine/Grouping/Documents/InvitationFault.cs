namespace PeerNet.Engine.Grouping.Documents;

/// <summary>Why a document cannot be read as an invitation.</summary>
internal enum InvitationFault
{
    /// <summary>It can.</summary>
    None,

    /// <summary>It is no XML, or more of it than anybody should send.</summary>
    NotXml,

    /// <summary>It is another document.</summary>
    NotInvitation,

    /// <summary>Its version is none that can be read here.</summary>
    UnsupportedVersion,

    /// <summary>What it has to say is missing, or has another form.</summary>
    Malformed,
}
