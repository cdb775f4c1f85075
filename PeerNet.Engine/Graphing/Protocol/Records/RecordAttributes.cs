using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Xml;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Records;

namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>The attributes of a record as XML (MS-PPGRH 2.2.3.5).</summary>
internal static class RecordAttributes
{
    /// <summary>Most attributes of a record. The specification has no limit; each costs an entry in the index.</summary>
    public const int MaximumCount = 256;

    // Behind it are surrogates, which come in pairs.
    private const char LastPlain = '\ud7ff';

    private const string RootElement = "attributes";
    private const string Element = "attribute";
    private const string NameAttribute = "name";
    private const string TypeAttribute = "type";

    /// <summary>Reads what another peer wrote; empty text is no attributes. Nothing throws.</summary>
    public static bool TryRead(string xml, [NotNullWhen(true)] out IReadOnlyList<PeerRecordAttribute>? attributes)
    {
        attributes = [];
        return xml.Length == 0 || Read(xml, out attributes) is null;
    }

    /// <summary>Reads what a user wrote.</summary>
    /// <exception cref="PeerException">It does not follow the syntax; the message says where.</exception>
    public static IReadOnlyList<PeerRecordAttribute> Parse(string xml) =>
        Read(xml, out IReadOnlyList<PeerRecordAttribute>? attributes) is not { } flaw
            ? attributes!
            : throw (flaw.IsTooMany ? PeerErrors.TooManyAttributes : PeerErrors.InvalidAttributes).Exception(
                $"The record attributes are not valid at line {flaw.Line}, column {flaw.Column}: {flaw.Reason}", xml);

    /// <summary>Attributes of names with values: text, whole numbers, dates, and lists of these for several attributes of one
    /// name. Whatever else there is becomes text, independent of the culture.</summary>
    /// <exception cref="PeerException">A name or value cannot be one; the message says which.</exception>
    public static IReadOnlyList<PeerRecordAttribute> FromDictionary(IDictionary values)
    {
        List<PeerRecordAttribute> attributes = [];
        foreach (DictionaryEntry entry in values)
        {
            string name = Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "";
            if (entry.Value is IEnumerable list and not string)
            {
                foreach (object? value in list)
                {
                    attributes.Add(ToAttribute(name, value));
                }
            }
            else
            {
                attributes.Add(ToAttribute(name, entry.Value));
            }
        }

        return attributes.Count <= MaximumCount
            ? attributes
            : throw PeerErrors.TooManyAttributes.Exception(
                $"A record has at most {MaximumCount} attributes; these are {attributes.Count}.", values);
    }

    /// <summary>The XML of attributes; empty for none.</summary>
    public static string Write(IReadOnlyCollection<PeerRecordAttribute> attributes)
    {
        if (attributes.Count == 0)
        {
            return "";
        }

        StringBuilder xml = new();
        using (XmlWriter writer = XmlWriter.Create(xml, new XmlWriterSettings
        {
            OmitXmlDeclaration = true,
            NewLineHandling = NewLineHandling.Entitize,
        }))
        {
            writer.WriteStartElement(RootElement);
            foreach (PeerRecordAttribute attribute in attributes)
            {
                writer.WriteStartElement(Element);
                writer.WriteAttributeString(NameAttribute, attribute.Name);
                writer.WriteAttributeString(TypeAttribute, AttributeValues.GetName(attribute.Type));
                writer.WriteString(attribute.Text);
                writer.WriteEndElement();
            }

            writer.WriteEndElement();
        }

        return xml.ToString();
    }

    private static PeerRecordAttribute ToAttribute(string name, object? value)
    {
        if (!AttributeNames.IsName(name) || AttributeNames.Reserved.Contains(name))
        {
            throw PeerErrors.InvalidAttributes.Exception($"'{name}' is no attribute name: {DescribeName()}.", name);
        }

        (PeerAttributeType type, string? text) = value switch
        {
            null => (PeerAttributeType.Text, null),
            string or char => (PeerAttributeType.Text, value.ToString()),
            DateTimeOffset moment => (PeerAttributeType.Date, IsoDate.Write(moment)),
            DateTime moment => (PeerAttributeType.Date, IsoDate.Write(moment)),
            DateOnly date => (PeerAttributeType.Date, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            byte or sbyte or short or ushort or int or uint or long or ulong or BigInteger =>
                (PeerAttributeType.Number, Convert.ToString(value, CultureInfo.InvariantCulture)),
            bool flag => (PeerAttributeType.Text, XmlConvert.ToString(flag)),
            _ => (PeerAttributeType.Text, Convert.ToString(value, CultureInfo.InvariantCulture)),
        };
        return text is not null && AttributeValues.IsValue(type, text) && SafeXml.IsContent(text)
            ? new(name, type, text)
            : throw PeerErrors.InvalidAttributes.Exception(
                $"'{text}' cannot be the value of the attribute '{name}': a value of type "
                + $"'{AttributeValues.GetName(type)}' is {AttributeValues.Describe(type)}.",
                value);
    }

    private static string DescribeName() =>
        $"1 to {AttributeNames.MaximumLength} ASCII letters and digits, and none of {string.Join(", ", AttributeNames.Reserved)}";

    // Null where all is well.
    private static XmlFlaw? Read(string xml, out IReadOnlyList<PeerRecordAttribute>? attributes)
    {
        attributes = null;
        if (xml.Length > SafeXml.MaximumCharacters)
        {
            return new(1, 1, $"there are more than {SafeXml.MaximumCharacters} characters.");
        }

        attributes = ReadPlain(xml);
        if (attributes is not null)
        {
            return null;
        }

        try
        {
            using XmlReader reader = SafeXml.CreateReader(xml);
            List<PeerRecordAttribute> list = [];
            XmlFlaw? flaw = Read(reader, list);
            attributes = flaw is null ? list : null;
            return flaw;
        }
        catch (XmlException exception)
        {
            return XmlFlaw.From(exception);
        }
    }

    /// <summary>Reads what <see cref="Write"/> makes of values in which nothing is escaped, as most are: an XML reader takes longer
    /// than the database.</summary>
    /// <returns>Null where it is anything else.</returns>
    private static List<PeerRecordAttribute>? ReadPlain(ReadOnlySpan<char> xml)
    {
        List<PeerRecordAttribute> attributes = [];
        bool isPlain = TrySkip(ref xml, $"<{RootElement}>");
        while (isPlain && !xml.SequenceEqual($"</{RootElement}>"))
        {
            isPlain = attributes.Count < MaximumCount && TryReadPlain(ref xml, attributes);
        }

        return isPlain ? attributes : null;
    }

    private static bool TryReadPlain(ref ReadOnlySpan<char> xml, List<PeerRecordAttribute> attributes)
    {
        if (!TrySkip(ref xml, $"<{Element} {NameAttribute}=\"") || !TryTake(ref xml, '"', out string name)
            || !TrySkip(ref xml, $" {TypeAttribute}=\"") || !TryTake(ref xml, '"', out string typeName)
            || !TrySkip(ref xml, ">") || !TryTake(ref xml, '<', out string text)
            || !TrySkip(ref xml, $"/{Element}>")
            || !AttributeNames.IsName(name) || AttributeNames.Reserved.Contains(name)
            || !AttributeValues.TryReadType(typeName, out PeerAttributeType type)
            || !AttributeValues.IsValue(type, text))
        {
            return false;
        }

        attributes.Add(new(name, type, text));
        return true;
    }

    private static bool TrySkip(ref ReadOnlySpan<char> xml, string piece)
    {
        bool isThere = xml.StartsWith(piece, StringComparison.Ordinal);
        xml = isThere ? xml[piece.Length..] : xml;
        return isThere;
    }

    // Up to a mark, and past it: nothing that XML may read as something else.
    private static bool TryTake(ref ReadOnlySpan<char> xml, char mark, out string piece)
    {
        int length = xml.IndexOf(mark);
        ReadOnlySpan<char> taken = length < 0 ? "&" : xml[..length];
        bool isPlain = !taken.ContainsAnyExceptInRange(' ', LastPlain) && !taken.ContainsAny('&', '<', '>');
        piece = isPlain ? taken.ToString() : "";
        xml = isPlain ? xml[(length + 1)..] : xml;
        return isPlain;
    }

    private static XmlFlaw? Read(XmlReader reader, List<PeerRecordAttribute> attributes)
    {
        if (reader.MoveToContent() != XmlNodeType.Element || reader.LocalName != RootElement)
        {
            return XmlFlaw.At(reader, $"the root is '{RootElement}'.");
        }

        bool isEmpty = reader.IsEmptyElement;
        reader.Read();
        while (!isEmpty && reader.MoveToContent() == XmlNodeType.Element)
        {
            XmlFlaw? flaw = ReadAttribute(reader, attributes);
            if (flaw is not null)
            {
                return flaw;
            }
        }

        if (!isEmpty && reader.NodeType != XmlNodeType.EndElement)
        {
            return XmlFlaw.At(reader, $"'{RootElement}' has '{Element}' elements only.");
        }

        while (reader.Read())
        {
            // To the end, so that what follows the root is well-formed too.
        }

        return null;
    }

    private static XmlFlaw? ReadAttribute(XmlReader reader, List<PeerRecordAttribute> attributes)
    {
        (int line, int column) = XmlFlaw.GetPosition(reader);
        if (reader.LocalName != Element)
        {
            return new(line, column, $"'{RootElement}' has '{Element}' elements only.");
        }

        string? name = reader.GetAttribute(NameAttribute);
        if (name is null || !AttributeNames.IsName(name) || AttributeNames.Reserved.Contains(name))
        {
            return new(line, column, $"the name is {DescribeName()}.");
        }

        if (!AttributeValues.TryReadType(reader.GetAttribute(TypeAttribute), out PeerAttributeType type))
        {
            return new(line, column, "the type is 'string', 'int' or 'date'.");
        }

        if (reader.AttributeCount != 2)
        {
            return new(line, column, $"'{Element}' has a name and a type, and nothing else.");
        }

        if (attributes.Count == MaximumCount)
        {
            return new(line, column, $"there are more than {MaximumCount} attributes.") { IsTooMany = true };
        }

        string text = reader.ReadElementContentAsString();
        if (!AttributeValues.IsValue(type, text))
        {
            return new(
                line, column, $"a value of type '{AttributeValues.GetName(type)}' is {AttributeValues.Describe(type)}.");
        }

        attributes.Add(new(name, type, text));
        return null;
    }
}
