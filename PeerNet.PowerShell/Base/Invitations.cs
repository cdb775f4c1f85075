using PeerNet.Engine.Collaboration;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Base;

/// <summary>Invitations as people read them.</summary>
internal static class Invitations
{
    /// <summary>An invitation in a sentence without a full stop.</summary>
    /// <param name="invitation">The invitation.</param>
    /// <param name="longestName">Most of a name that is shown; all of it where nothing is said.</param>
    public static string Describe(PeerInvitation invitation, int longestName = int.MaxValue) =>
        invitation.Direction == Engine.Collaboration.PeerInvitationDirection.Sent
            ? $"{Shorten(People.GetName(invitation), longestName)} is invited to {DescribeGoal(invitation, longestName)}"
            : $"{DescribeSender(invitation, longestName)} invites you to {DescribeGoal(invitation, longestName)}";

    /// <summary>Who has sent an invitation. What people call themselves proves nothing, so who is no contact is marked.</summary>
    public static string DescribeSender(PeerInvitation invitation, int longestName) =>
        $"{Shorten(People.GetName(invitation), longestName)}{(invitation.IsContact ? "" : " (not a contact)")}";

    /// <summary>What an invitation is to.</summary>
    public static string DescribeGoal(PeerInvitation invitation, int longestName = int.MaxValue) => invitation.Kind switch
    {
        PeerInvitationKind.Group => "a group",
        _ when invitation.ApplicationName is { } name => $"'{Shorten(name, longestName)}'",
        _ => $"the application {invitation.ApplicationId}, which is not registered here",
    };

    /// <summary>A command that would be run, as people read it.</summary>
    public static string DescribeCommand(string path, IEnumerable<string> arguments) =>
        string.Join(' ', arguments.Prepend(path).Select(ScriptArgument.Quote));

    /// <summary>The message for an invitation that there is none of.</summary>
    public static string DescribeMissing(Guid id) =>
        $"There is no invitation {id}; Get-PeerInvitation lists those of this node since it has started.";

    private static string Shorten(string text, int longest) => text.Length <= longest ? text : $"{text[..(longest - 3)]}...";
}
