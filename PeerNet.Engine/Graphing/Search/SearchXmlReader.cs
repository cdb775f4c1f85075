using System.Xml;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Records;

namespace PeerNet.Engine.Graphing.Search;

/// <summary>
/// Reads the XML of a search (Peer-to-Peer SDK, "Record Search Query Format"): <c>peersearch</c> with one <c>clause</c>,
/// <c>and</c> or <c>or</c>; <c>and</c> and <c>or</c> have one or more of these; a <c>clause</c> has text alone.
/// </summary>
/// <remarks>The SDK's text wants <c>type</c> and <c>compare</c> in each clause, its schema has <c>equal</c> where <c>compare</c>
/// is left out: so does this. Namespaces do not matter.</remarks>
internal sealed class SearchXmlReader
{
    private readonly XmlReader _reader;
    private int _clauses;

    private SearchXmlReader(XmlReader reader) => _reader = reader;

    /// <summary>Reads a search.</summary>
    /// <exception cref="PeerException">It is none; the message says where.</exception>
    public static SearchQuery Read(string xml)
    {
        if (xml.Length > SafeXml.MaximumCharacters)
        {
            throw Fail(new(1, 1, $"there are more than {SafeXml.MaximumCharacters} characters."), xml);
        }

        try
        {
            using XmlReader reader = SafeXml.CreateReader(xml);
            return new(new SearchXmlReader(reader).ReadRoot());
        }
        catch (XmlException exception)
        {
            throw Fail(XmlFlaw.From(exception), xml);
        }
        catch (SearchFlawException exception)
        {
            throw Fail(exception.Flaw, xml);
        }
    }

    private static PeerException Fail(XmlFlaw flaw, string xml) => PeerErrors.InvalidSearch.Exception(
        $"The search is not valid at line {flaw.Line}, column {flaw.Column}: {flaw.Reason}", xml);

    private SearchNode ReadRoot()
    {
        if (_reader.MoveToContent() != XmlNodeType.Element || _reader.LocalName != SearchXmlNames.Root)
        {
            throw Flaw($"the root is '{SearchXmlNames.Root}'.");
        }

        XmlFlaw count = XmlFlaw.At(
            _reader,
            $"'{SearchXmlNames.Root}' has exactly one '{SearchXmlNames.Clause}', '{SearchXmlNames.And}' or "
            + $"'{SearchXmlNames.Or}'; put several into one of the latter.");
        List<SearchNode> children = ReadChildren(depth: 1);
        while (_reader.Read())
        {
            // To the end, so that what follows the root is well-formed too.
        }

        return children.Count == 1 ? children[0] : throw new SearchFlawException(count);
    }

    private List<SearchNode> ReadChildren(int depth)
    {
        List<SearchNode> children = [];
        bool isEmpty = _reader.IsEmptyElement;
        _reader.Read();
        if (isEmpty)
        {
            return children;
        }

        while (_reader.MoveToContent() == XmlNodeType.Element)
        {
            children.Add(ReadNode(depth));
        }

        if (_reader.NodeType != XmlNodeType.EndElement)
        {
            throw Flaw("there can be no text here.");
        }

        _reader.ReadEndElement();
        return children;
    }

    private SearchNode ReadNode(int depth)
    {
        switch (_reader.LocalName)
        {
            case SearchXmlNames.Clause:
                return ReadClause();
            case SearchXmlNames.And or SearchXmlNames.Or when depth == SearchQuery.MaximumDepth:
                throw Flaw($"it is nested more than {SearchQuery.MaximumDepth} deep.");
            case SearchXmlNames.And or SearchXmlNames.Or:
                bool isAll = _reader.LocalName == SearchXmlNames.And;
                XmlFlaw count = XmlFlaw.At(_reader, $"'{_reader.LocalName}' has at least one part.");
                List<SearchNode> children = ReadChildren(depth + 1);
                return children.Count > 0 ? new SearchGroup(isAll, children) : throw new SearchFlawException(count);
            default:
                throw Flaw(
                    $"'{_reader.LocalName}' has no meaning here; there are '{SearchXmlNames.Clause}', '{SearchXmlNames.And}' and "
                    + $"'{SearchXmlNames.Or}'.");
        }
    }

    private SearchClause ReadClause()
    {
        (int line, int column) = XmlFlaw.GetPosition(_reader);
        if (++_clauses > SearchQuery.MaximumClauses)
        {
            throw Flaw($"there are more than {SearchQuery.MaximumClauses} clauses.");
        }

        string? name = null;
        PeerAttributeType? type = null;
        SearchComparison comparison = SearchComparison.Equal;
        while (_reader.MoveToNextAttribute())
        {
            ReadAttribute(ref name, ref type, ref comparison);
        }

        _reader.MoveToElement();
        if (name is null || type is null)
        {
            throw Flaw($"a clause has the attributes '{SearchXmlNames.Name}' and '{SearchXmlNames.Type}'.");
        }

        string value = ReadValue();
        return SearchClause.TryCreate(name, type.Value, comparison, value, out string? flaw)
            ?? throw new SearchFlawException(new(line, column, flaw!));
    }

    private void ReadAttribute(ref string? name, ref PeerAttributeType? type, ref SearchComparison comparison)
    {
        switch (_reader.Name)
        {
            case SearchXmlNames.Name:
                name = _reader.Value;
                break;
            case SearchXmlNames.Type when AttributeValues.TryReadType(_reader.Value, out PeerAttributeType read):
                type = read;
                break;
            case SearchXmlNames.Type:
                throw Flaw("the type is 'string', 'int' or 'date'.");
            case SearchXmlNames.Compare when SearchXmlNames.TryRead(_reader.Value, out comparison):
                break;
            case SearchXmlNames.Compare:
                throw Flaw(
                    "the comparison is 'equal', 'notequal', 'less', 'lessorequal', 'greater' or 'greaterorequal'.");
            case var other when other == "xmlns" || _reader.Prefix == "xmlns":
                break;
            default:
                throw Flaw($"a clause has no attribute '{_reader.Name}'.");
        }
    }

    private string ReadValue()
    {
        if (_reader.IsEmptyElement)
        {
            _reader.Read();
            return "";
        }

        var value = new System.Text.StringBuilder();
        while (_reader.Read() && _reader.NodeType != XmlNodeType.EndElement)
        {
            if (_reader.NodeType == XmlNodeType.Element)
            {
                throw Flaw($"a clause has text alone; '{_reader.LocalName}' cannot be in it.");
            }

            value.Append(_reader.Value);
        }

        _reader.ReadEndElement();
        return value.ToString();
    }

    private SearchFlawException Flaw(string reason) => new(XmlFlaw.At(_reader, reason));
}
