using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Search;

/// <summary>Ends the reading of a search at its first flaw; never leaves the reader.</summary>
internal sealed class SearchFlawException(XmlFlaw flaw) : Exception
{
    public XmlFlaw Flaw { get; } = flaw;
}
