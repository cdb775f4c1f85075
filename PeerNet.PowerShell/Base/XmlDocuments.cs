using System.Xml;

namespace PeerNet.PowerShell.Base;

/// <summary>Text that may be a document of XML. What is in it the engine reads.</summary>
internal static class XmlDocuments
{
    /// <summary>Whether a text is a document rather than a path.</summary>
    public static bool IsDocument(string text) => text.AsSpan().TrimStart("\uFEFF \t\r\n").StartsWith("<");

    /// <summary>The name of the document's element; null where there is none.</summary>
    public static string? ReadRoot(string text)
    {
        using var input = new StringReader(text.TrimStart('\uFEFF'));
        using var reader = XmlReader.Create(input, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        try
        {
            return reader.MoveToContent() == XmlNodeType.Element ? reader.LocalName : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
