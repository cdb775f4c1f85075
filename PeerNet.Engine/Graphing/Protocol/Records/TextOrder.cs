namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>The order of the bytes of a record's strings. The specification leaves it open; PeerNet writes the first, and
/// reads both.</summary>
internal enum TextOrder
{
    BigEndian,
    LittleEndian,
}
