using System.Xml.Linq;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Grouping.Documents;

/// <summary>The elements that the documents of groups share.</summary>
internal static class GroupElements
{
    public const string CloudName = "CLOUDNAME";
    public const string Group = "GROUPPEERNAME";
    public const string FriendlyName = "GROUPFRIENDLYNAME";

    /// <summary>The member's chain, a PKCS #7 (MS-PPSEC 2.2.6.1).</summary>
    public const string Chain = "GMC";

    /// <summary>The group's root certificate. PeerNet's own element, made like the others.</summary>
    public const string Root = "GRC";

    /// <summary>An element with a friendly name; where XML cannot carry one it is written as it is shown.</summary>
    public static XElement CreateFriendlyName(string friendlyName) =>
        new(FriendlyName, SafeXml.IsText(friendlyName) ? friendlyName : Cut(TerminalText.Escape(friendlyName)));

    private static string Cut(string text) => text.Length <= IIdentityService.MaximumFriendlyName
        ? text
        : text[..(IIdentityService.MaximumFriendlyName - (char.IsHighSurrogate(text[IIdentityService.MaximumFriendlyName - 1]) ? 1 : 0))];
}
