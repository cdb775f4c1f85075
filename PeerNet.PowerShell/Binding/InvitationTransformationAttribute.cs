using System.Xml;
using PeerNet.Engine.Grouping;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes an invitation as its document, as the file that holds it, or as New-PeerGroupInvitation wrote it.</summary>
internal sealed class InvitationTransformationAttribute : IdTransformationAttribute
{
    private protected override string? GetId(object value) => value switch
    {
        PeerGroupInvitation invitation => invitation.Xml,
        XmlNode node => node.OuterXml,
        FileInfo file => file.FullName,
        _ => null,
    };
}
