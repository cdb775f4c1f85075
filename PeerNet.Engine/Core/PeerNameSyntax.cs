using System.Buffers;

namespace PeerNet.Engine.Core;

/// <summary>The grammar of peer names (MS-PNRP 2.2.4), for those who may not know the <c>PeerName</c> type.</summary>
internal static class PeerNameSyntax
{
    /// <summary>Longest classifier, in UTF-16 code units.</summary>
    public const int MaximumClassifier = 149;

    /// <summary>Digits of a secure authority.</summary>
    public const int AuthorityLength = 40;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    public static bool IsSecureAuthority(ReadOnlySpan<char> text) =>
        text.Length == AuthorityLength && !text.ContainsAnyExcept(HexDigits);

    public static bool IsAuthority(ReadOnlySpan<char> text) => text is "0" || IsSecureAuthority(text);

    public static bool IsClassifier(ReadOnlySpan<char> text) =>
        text.Length <= MaximumClassifier && !text.Contains('\0');

    public static bool IsPeerName(ReadOnlySpan<char> text)
    {
        int dot = text.IndexOf('.');
        return dot > 0 && IsAuthority(text[..dot]) && IsClassifier(text[(dot + 1)..]);
    }
}
