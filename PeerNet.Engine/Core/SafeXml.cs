using System.Diagnostics.CodeAnalysis;
using System.Xml;
using System.Xml.Linq;

namespace PeerNet.Engine.Core;

/// <summary>Reads XML that others wrote: no document type, no external entity, bounded size and depth.</summary>
internal static class SafeXml
{
    /// <summary>Longest document, in characters.</summary>
    public const int MaximumCharacters = 1024 * 1024;

    /// <summary>Deepest nesting of elements.</summary>
    public const int MaximumDepth = 32;

    /// <summary>Reads a document; false where it is not well-formed or over a limit. Nothing throws.</summary>
    public static bool TryRead(string? text, [NotNullWhen(true)] out XElement? root)
    {
        root = null;
        if (text is null || text.Length > MaximumCharacters)
        {
            return false;
        }

        try
        {
            if (!IsShallow(text))
            {
                return false;
            }

            using XmlReader reader = CreateReader(text);
            root = XDocument.Load(reader).Root;
        }
        catch (XmlException)
        {
            // Not well-formed, or with a document type: bad input, which the caller reports.
            return false;
        }

        return root is not null;
    }

    /// <summary>Whether an element can carry <paramref name="text"/> unchanged: well-formed, without controls.</summary>
    public static bool IsText(string text) => IsContent(text) && !text.Any(char.IsControl);

    /// <summary>Whether an element can carry <paramref name="text"/>, be it by references: no NUL or other character that XML
    /// does not have, no lone surrogate.</summary>
    public static bool IsContent(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
            {
                i++;
            }
            else if (!XmlConvert.IsXmlChar(text[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A reader with these limits but that of depth, which its user keeps.</summary>
    /// <remarks>It throws <see cref="XmlException"/>, and knows lines and columns (<see cref="IXmlLineInfo"/>).</remarks>
    public static XmlReader CreateReader(string text) => XmlReader.Create(new StringReader(text), new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaximumCharacters,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    });

    private static bool IsShallow(string text)
    {
        using XmlReader reader = CreateReader(text);
        while (reader.Read())
        {
            if (reader.Depth >= MaximumDepth && reader.NodeType == XmlNodeType.Element)
            {
                return false;
            }
        }

        return true;
    }
}
