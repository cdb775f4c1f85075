using PeerNet.Engine.Core;

namespace PeerNet.Engine.Collaboration;

/// <summary>Texts that the user chooses, and others are shown.</summary>
internal static class PersonalText
{
    /// <summary>The text, where it can be shown.</summary>
    /// <exception cref="PeerException">It is too long, or has control characters.</exception>
    public static string Check(string text, string what) =>
        text.Length <= PeerSignIn.MaximumText && SafeXml.IsText(text)
            ? text
            : throw PeerErrors.InvalidArgument.Exception(
                $"The {what} has more than {PeerSignIn.MaximumText} characters, or control characters in it.", text);
}
