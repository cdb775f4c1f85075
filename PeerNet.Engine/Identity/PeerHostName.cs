using System.Diagnostics.CodeAnalysis;
using System.Text;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Identity;

/// <summary>
/// Peer names as host names: <c>classifier.authority.pnrp.net</c>, and <c>classifier.pnrp.net</c> for unsecured names.
/// An authority that begins with a digit gets the letter p before it; labels beyond ASCII are Punycode behind
/// <c>xn--</c>.
/// </summary>
/// <remarks>
/// Windows documents these rules for PeerNameToPeerHostName, and no more. PeerNet adds that a name has a host name only
/// if the way back leads to the same name, and that every label follows the rules for host names (RFC 1123 2.1).
/// </remarks>
internal static class PeerHostName
{
    private const string Suffix = ".pnrp.net";
    private const string PunycodePrefix = "xn--";
    private const char AuthorityPrefix = 'p';
    private const int MaximumLabel = 63;
    private const int MaximumHostName = 253;

    /// <summary>The host name of a peer name; false where it has none.</summary>
    public static bool TryEncode(PeerName name, [NotNullWhen(true)] out string? hostName)
    {
        hostName = null;
        List<string> labels = [];
        foreach (string part in name.Classifier.Length == 0 ? [] : name.Classifier.Split('.'))
        {
            if (!TryEncodeLabel(part, out string? label))
            {
                return false;
            }

            labels.Add(label);
        }

        if (name.IsSecure)
        {
            labels.Add(char.IsAsciiDigit(name.Authority[0]) ? AuthorityPrefix + name.Authority : name.Authority);
        }

        string encoded = string.Join('.', labels) + Suffix;
        if (labels.Count == 0 || encoded.Length > MaximumHostName
            || !TryDecode(encoded, out PeerName? back) || back != name)
        {
            return false;
        }

        hostName = encoded;
        return true;
    }

    /// <summary>The peer name that a host name stands for. The domain and the authority may be in either case.</summary>
    public static bool TryDecode(string? hostName, [NotNullWhen(true)] out PeerName? name)
    {
        name = null;
        if (hostName is null || hostName.Length > MaximumHostName
            || !hostName.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        List<string> labels = [.. hostName[..^Suffix.Length].Split('.')];
        string authority = "0";
        if (TryDecodeAuthority(labels[^1], out string? secure))
        {
            authority = secure;
            labels.RemoveAt(labels.Count - 1);
        }

        for (int i = 0; i < labels.Count; i++)
        {
            if (!TryDecodeLabel(labels[i], out string? part))
            {
                return false;
            }

            labels[i] = part;
        }

        return PeerName.TryParse($"{authority}.{string.Join('.', labels)}", out name);
    }

    private static bool TryDecodeAuthority(string label, [NotNullWhen(true)] out string? authority)
    {
        string digits = label.ToLowerInvariant();
        bool hasPrefix = digits.Length == PeerNameSyntax.AuthorityLength + 1 && digits[0] == AuthorityPrefix;
        digits = hasPrefix ? digits[1..] : digits;

        // Without the prefix a label that begins with a digit would be no authority, but an odd classifier.
        bool isAuthority = PeerNameSyntax.IsSecureAuthority(digits) && (hasPrefix || !char.IsAsciiDigit(digits[0]));
        authority = isAuthority ? digits : null;
        return isAuthority;
    }

    private static bool TryEncodeLabel(string part, [NotNullWhen(true)] out string? label)
    {
        label = part;
        if (!part.All(char.IsAscii))
        {
            if (!IsWellFormed(part))
            {
                return false;
            }

            label = PunycodePrefix + Punycode.Encode([.. part.EnumerateRunes()]);
        }

        return IsHostLabel(label);
    }

    private static bool TryDecodeLabel(string label, [NotNullWhen(true)] out string? part)
    {
        part = label;
        return IsHostLabel(label)
            && (!label.StartsWith(PunycodePrefix, StringComparison.OrdinalIgnoreCase)
                || Punycode.TryDecode(label[PunycodePrefix.Length..], out part));
    }

    private static bool IsHostLabel(string label) =>
        label.Length is >= 1 and <= MaximumLabel
        && label[0] != '-'
        && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (Rune.TryGetRuneAt(text, i, out Rune rune))
            {
                i += rune.Utf16SequenceLength - 1;
            }
            else
            {
                return false;
            }
        }

        return true;
    }
}
