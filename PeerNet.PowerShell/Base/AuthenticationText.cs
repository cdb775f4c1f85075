namespace PeerNet.PowerShell.Base;

/// <summary>The authentication string of a connection as people write it: six digits, in two halves or in one.</summary>
internal static class AuthenticationText
{
    /// <summary>Its form, as a regular expression.</summary>
    public const string Form = @"^[0-9]{3}[ -]?[0-9]{3}\z";

    /// <summary>That form in words.</summary>
    public const string Description = "an authentication string: six digits, such as 123 456";

    private const int Half = 3;

    /// <summary>In two halves, which are easier to read out.</summary>
    public static string Format(string text) => text.Length == 2 * Half ? $"{text[..Half]} {text[Half..]}" : text;

    /// <summary>Whether two are the same, however they are written.</summary>
    public static bool IsSame(string one, string other) => GetDigits(one) == GetDigits(other);

    private static string GetDigits(string text) => string.Concat(text.Where(char.IsAsciiDigit));
}
