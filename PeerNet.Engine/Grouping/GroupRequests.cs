using PeerNet.Engine.Core;

namespace PeerNet.Engine.Grouping;

/// <summary>Checks what callers ask for, and says everything that is wrong with it at once.</summary>
internal static class GroupRequests
{
    /// <summary>Shortest password, and how many different characters it has at least: every member can try passwords, and
    /// nobody stops him.</summary>
    public const int ShortestPassword = 10;

    private const int LeastCharacters = 5;

    public static void Validate(PeerGroupCreation creation, ReadOnlySpan<char> password)
    {
        PeerGroupProperties properties = creation.Properties;
        Require(
            [
                .. NameErrors(creation.FriendlyName),
                .. TextErrors(properties.Comment, "comment"),
                .. PasswordErrors(properties, password.Length),
                .. LifetimeErrors(properties),
            ],
            creation.FriendlyName);
        RequirePolicy(password);
    }

    public static void Validate(PeerGroupChange change, ReadOnlySpan<char> password)
    {
        Require([.. change.FriendlyName is { } name ? NameErrors(name) : [], .. TextErrors(change.Comment ?? "", "comment")], change);
        RequirePolicy(password);
    }

    private static void Require(string[] errors, object target)
    {
        if (errors.Length > 0)
        {
            throw PeerErrors.InvalidGroupProperties.Exception(string.Join(" ", errors), target);
        }
    }

    private static void RequirePolicy(ReadOnlySpan<char> password)
    {
        if (!password.IsEmpty && (password.Length < ShortestPassword || CountCharacters(password) < LeastCharacters))
        {
            throw PeerErrors.PasswordDoesNotMeetPolicy.Exception(
                $"A group's password has at least {ShortestPassword} characters, {LeastCharacters} of them different: every member "
                + "can try passwords without end.");
        }
    }

    private static int CountCharacters(ReadOnlySpan<char> password)
    {
        HashSet<char> characters = [];
        foreach (char character in password)
        {
            characters.Add(character);
        }

        return characters.Count;
    }

    private static IEnumerable<string> NameErrors(string name) => string.IsNullOrWhiteSpace(name)
        ? ["A group needs a friendly name."]
        : TextErrors(name, "friendly name");

    private static IEnumerable<string> TextErrors(string text, string what)
    {
        if (text.Length > PeerGroupProperties.MaximumText || !SafeXml.IsContent(text))
        {
            yield return $"The {what} has at most {PeerGroupProperties.MaximumText} characters, and none that XML does not have.";
        }
    }

    private static IEnumerable<string> PasswordErrors(PeerGroupProperties properties, int passwordLength)
    {
        bool isAccepted = properties.Authentication.HasFlag(PeerGroupAuthentication.Password);
        if (properties.Authentication is PeerGroupAuthentication.None || (properties.Authentication & ~PeerGroupAuthentication.Both) != 0)
        {
            yield return "Credentials, a password or both let newcomers in.";
        }

        if (isAccepted && passwordLength == 0)
        {
            yield return "A group that lets newcomers in by password needs one.";
        }

        if (!isAccepted && (passwordLength > 0 || properties.PasswordRole is not null))
        {
            yield return "A group that lets nobody in by password has neither a password nor a role for it.";
        }
    }

    private static IEnumerable<string> LifetimeErrors(PeerGroupProperties properties)
    {
        if (properties.MemberLifetime < PeerGroupProperties.ShortestMemberLifetime
            || properties.MemberLifetime > PeerGroupProperties.LongestMemberLifetime)
        {
            yield return "The lifetime of memberships is 2,280 seconds to 365 days.";
        }

        if (properties.PresenceLifetime < PeerGroupProperties.LeastPresenceLifetime)
        {
            yield return "The lifetime of presence is 300 seconds or more.";
        }
    }
}
