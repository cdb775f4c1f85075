using System.Text;
using System.Xml;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Search;

/// <summary>Writes a search as XML.</summary>
internal static class SearchXmlWriter
{
    public static string Write(SearchQuery query)
    {
        StringBuilder xml = new();
        using (XmlWriter writer = XmlWriter.Create(xml, new XmlWriterSettings
        {
            OmitXmlDeclaration = true,
            NewLineHandling = NewLineHandling.Entitize,
        }))
        {
            writer.WriteStartElement(SearchXmlNames.Root);
            Write(writer, query.Root);
            writer.WriteEndElement();
        }

        return xml.ToString();
    }

    private static void Write(XmlWriter writer, SearchNode node)
    {
        if (node is SearchGroup group)
        {
            writer.WriteStartElement(group.IsAll ? SearchXmlNames.And : SearchXmlNames.Or);
            foreach (SearchNode child in group.Children)
            {
                Write(writer, child);
            }

            writer.WriteEndElement();
        }
        else if (node is SearchClause clause)
        {
            writer.WriteStartElement(SearchXmlNames.Clause);
            writer.WriteAttributeString(SearchXmlNames.Name, clause.Name);
            writer.WriteAttributeString(SearchXmlNames.Type, AttributeValues.GetName(clause.Type));
            writer.WriteAttributeString(SearchXmlNames.Compare, SearchXmlNames.GetName(clause.Comparison));
            writer.WriteString(clause.Value);
            writer.WriteEndElement();
        }
    }
}
