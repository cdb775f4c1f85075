using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml.Linq;

namespace PeerNet.Engine.WsDiscovery;

/// <summary>Reads the elements of hostile messages. Nothing throws.</summary>
internal static class WsdElements
{
    /// <summary>Longest identifier of a message or a peer that is read.</summary>
    public const int MaximumUri = 128;

    private static readonly char[] Whitespace = [' ', '\t', '\r', '\n'];

    extension(XElement parent)
    {
        /// <summary>The child of a name; false where there is none or more than one.</summary>
        public bool TryGetOnly(XName name, [NotNullWhen(true)] out XElement? child)
        {
            child = null;
            foreach (XElement element in parent.Elements(name))
            {
                if (child is not null)
                {
                    return false;
                }

                child = element;
            }

            return child is not null;
        }

        /// <summary>The text of the only child of a name, as it is.</summary>
        public bool TryGetContent(XName name, [NotNullWhen(true)] out string? text)
        {
            text = parent.TryGetOnly(name, out XElement? child) && !child.HasElements ? child.Value : null;
            return text is not null;
        }

        /// <summary>The text of the only child of a name, without whitespace around it.</summary>
        public bool TryGetText(XName name, [NotNullWhen(true)] out string? text)
        {
            text = parent.TryGetContent(name, out string? content) ? content.Trim(Whitespace) : null;
            return text is not null;
        }

        /// <summary>The identifier in the only child of a name: printable ASCII, at most
        /// <see cref="MaximumUri"/>.</summary>
        public bool TryGetUri(XName name, [NotNullWhen(true)] out string? uri) =>
            parent.TryGetText(name, out uri) && uri.Length is > 0 and <= MaximumUri && uri.All(c => c is > ' ' and <= '~');

        /// <summary>The QNames that the element lists, with null for those that are none.</summary>
        public XName?[] QNames() => [.. Split(parent.Value).Select(text => ReadQName(parent, text))];
    }

    /// <summary>The items of a list.</summary>
    public static string[] Split(string list) => list.Split(Whitespace, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The bytes of base64Binary, whose whitespace means nothing.</summary>
    public static bool TryReadBase64(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        byte[] buffer = new byte[text.Length];
        bool isRead = Convert.TryFromBase64String(text, buffer, out int length);
        bytes = isRead ? buffer[..length] : null;
        return isRead;
    }

    /// <summary>The number in decimal digits.</summary>
    public static bool TryReadNumber(string? text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static XName? ReadQName(XElement scope, string text)
    {
        string[] parts = text.Split(':');
        XNamespace? name = parts.Length switch
        {
            1 => scope.GetDefaultNamespace(),
            2 when parts[0].Length > 0 => scope.GetNamespaceOfPrefix(parts[0]),
            _ => null,
        };
        return name is not null && IsName(parts[^1]) ? name + parts[^1] : null;
    }

    // The names looked for are such; whatever else an NCName may be is somebody else's.
    private static bool IsName(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(char.IsAsciiLetterOrDigit);
}
