using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Search;

/// <summary>A search for records, by their attributes and fields.</summary>
internal sealed class SearchQuery
{
    /// <summary>Most clauses.</summary>
    public const int MaximumClauses = 256;

    /// <summary>Deepest nesting.</summary>
    public const int MaximumDepth = SafeXml.MaximumDepth;

    internal SearchQuery(SearchNode root) => Root = root;

    /// <summary>The whole search.</summary>
    public SearchNode Root { get; }

    /// <summary>Reads a search in the XML of the Peer-to-Peer SDK ("Record Search Query Format").</summary>
    /// <exception cref="PeerException">It is none; the message says where.</exception>
    public static SearchQuery ParseXml(string xml) => SearchXmlReader.Read(xml);

    /// <summary>Reads a search in the short syntax of <see cref="SearchFilterParser"/>.</summary>
    /// <exception cref="PeerException">It is none; the message says where.</exception>
    public static SearchQuery ParseFilter(string filter) => SearchFilterParser.Parse(filter);

    /// <summary>The search in XML.</summary>
    public string ToXml() => SearchXmlWriter.Write(this);

    /// <summary>Whether a record is found.</summary>
    /// <param name="record">The record, a tombstone too.</param>
    /// <param name="peerTimeDelta">What UTC, which the search's dates are in, is ahead of the record's peer time.</param>
    public bool IsMatch(GraphRecord record, TimeSpan peerTimeDelta) =>
        new SearchEvaluator(record, peerTimeDelta).IsMatch(Root);
}
