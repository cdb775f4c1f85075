using System.Xml.Linq;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Identity;

/// <summary>
/// What the documents of groups and contacts are made of. Reading never throws. Each element is there once or not at all: of
/// two, one reader might take the first and another one the last.
/// </summary>
internal static class DocumentElements
{
    /// <summary>Reads a text; null where there is none.</summary>
    /// <returns>False where it is too long, or no plain text.</returns>
    public static bool TryReadText(XElement root, string name, int maximum, out string? text)
    {
        text = null;
        if (!TryReadSingle(root, name, out XElement? element))
        {
            return false;
        }

        text = element?.Value;
        return text is null || (text.Length <= maximum && SafeXml.IsText(text));
    }

    /// <summary>Reads a secure peer name; null where there is none.</summary>
    public static bool TryReadName(XElement root, string name, out PeerName? peerName)
    {
        peerName = null;
        return TryReadText(root, name, int.MaxValue, out string? text)
            && (text is null || (PeerName.TryParse(text, out peerName) && peerName.IsSecure));
    }

    /// <summary>Reads bytes; null where there are none.</summary>
    public static bool TryReadBytes(XElement root, string name, out byte[]? bytes)
    {
        bytes = null;
        return TryReadSingle(root, name, out XElement? element)
            && (element is null || BinaryElement.TryRead(element, out bytes));
    }

    /// <summary>Reads a certificate, of which nothing is known but its form; null where there is none.</summary>
    public static bool TryReadCertificate(XElement root, string name, out PeerCertificate? certificate)
    {
        certificate = null;
        return TryReadSingle(root, name, out XElement? element)
            && (element is null || BinaryElement.TryReadCertificate(element, out certificate));
    }

    /// <summary>Writes an element in its place, or as the last one.</summary>
    public static void Set(XElement root, XElement element)
    {
        if (root.Element(element.Name) is { } present)
        {
            // What else somebody has written there stays.
            present.Value = element.Value;
        }
        else
        {
            root.Add(element);
        }
    }

    /// <summary>An element with a text that others have to read as it is.</summary>
    /// <exception cref="PeerException">XML cannot carry it.</exception>
    public static XElement Create(string name, string text) => SafeXml.IsText(text)
        ? new XElement(name, text)
        : throw PeerErrors.InvalidArgument.Exception(
            $"The document's {name} would contain control characters or unpaired surrogates: '{text}'.", text);

    private static bool TryReadSingle(XElement root, string name, out XElement? element)
    {
        XElement[] found = [.. root.Elements(name).Take(2)];
        element = found.FirstOrDefault();
        return found.Length < 2 && element is not { HasElements: true };
    }
}
