using System.Collections;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing;

/// <summary>Makes the XML of record attributes (MS-PPGRH 2.2.3.5).</summary>
public static class PeerRecordAttributes
{
    /// <summary>From names with values: text, whole numbers, dates, and lists of these for several attributes of one name.</summary>
    /// <exception cref="Core.PeerException">A name or value cannot be one.</exception>
    public static string FromDictionary(IDictionary values) => RecordAttributes.Write(RecordAttributes.FromDictionary(values));

    /// <summary>From XML, which is checked.</summary>
    /// <exception cref="Core.PeerException">It does not follow the schema; the message says where.</exception>
    public static string FromXml(string xml) => RecordAttributes.Write(RecordAttributes.Parse(xml));
}
