using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

/// <summary>What every request begins with: MESSAGE_HEADER and CONNECTION_INFORMATION (MS-PCHC 2.2.1.1 and 2.2.1.2).</summary>
/// <param name="Version">The version: the minor number, 0, comes first on the wire.</param>
/// <param name="Type">The message that follows; may be unknown.</param>
/// <param name="Port">The TCP port on which the client serves retrieval.</param>
internal readonly record struct OfferHeader(OfferVersion Version, OfferMessageType Type, ushort Port)
{
    /// <summary>Bytes of both structures.</summary>
    public const int Length = 16;

    private const int HeaderPadding = 4;
    private const int ConnectionPadding = 6;

    /// <summary>Reads both; the padding may be anything.</summary>
    public static bool TryRead(scoped ref WireReader reader, out OfferHeader header)
    {
        header = default;
        if (!reader.TryReadByte(out byte minor)
            || !reader.TryReadByte(out byte major)
            || minor != 0
            || (OfferVersion)major is not (OfferVersion.V1 or OfferVersion.V2)
            || !reader.TryReadUInt16(out ushort type)
            || !reader.TrySkip(HeaderPadding)
            || !reader.TryReadUInt16(out ushort port)
            || !reader.TrySkip(ConnectionPadding))
        {
            return false;
        }

        header = new OfferHeader((OfferVersion)major, (OfferMessageType)type, port);
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteByte(0);
        writer.WriteByte((byte)Version);
        writer.WriteUInt16((ushort)Type);
        writer.WriteZeros(HeaderPadding);
        writer.WriteUInt16(Port);
        writer.WriteZeros(ConnectionPadding);
    }
}

/// <summary>The requests of the Hosted Cache Protocol, by their numbers on the wire (MS-PCHC 2.2.1.1, Type).</summary>
internal enum OfferMessageType : ushort
{
    /// <summary>Names a segment of version 1. Version 1.0 of the protocol only.</summary>
    InitialOffer = 1,

    /// <summary>Describes a segment of version 1, its secret included. Version 1.0 of the protocol only.</summary>
    SegmentInfo = 2,

    /// <summary>Names up to 128 segments. Version 2.0 of the protocol only.</summary>
    BatchedOffer = 3,
}

/// <summary>The versions of the Hosted Cache Protocol, by their major number: the minor one is always 0 (MS-PCHC 2.2.1.1).</summary>
internal enum OfferVersion : byte
{
    /// <summary>1.0, over HTTPS.</summary>
    V1 = 1,

    /// <summary>2.0, over HTTP.</summary>
    V2 = 2,
}
