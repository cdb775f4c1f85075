using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Tests.Vectors;

namespace PeerNet.Engine.Tests.Graphing.Protocol.Records;

/// <summary>PEER_RECORDs written by hand from MS-PPGRH 2.2.1.9. The MD5 halves are Python's (hashlib).</summary>
internal static class RecordVectors
{
    public const string GraphId = "graph";

    /// <summary>A record as it was made: no modifier, security data, payload or attributes.</summary>
    public static readonly byte[] Plain = HexVector.Parse(
        """
        11223344 5566 7788 99AA BBCCDDEEFF00    # Record Type
        6EAB8E35 E020 E4F0 0123 456789ABCDEF    # Record ID: MD5 of "peer" folded, then chance
        00000001                                # Record Version
        000000 00                               # Reserved, flags
        00000005 0070 0065 0065 0072 0000       # Creator ID "peer"
        00000000                                # Last Modified By ID: none
        00000000                                # Security Data: none
        01D4F54CF65A0000                        # Creation Time
        01D4F54CF65A0001                        # Expiration Time
        01D4F54CF65A0000                        # Last Modification Time
        00000006 0067 0072 0061 0070 0068 0000  # Graph ID "graph"
        0100                                    # Protocol Version
        00000000                                # Payload: none
        00000000                                # Attributes: none
        """);

    /// <summary>A record with everything.</summary>
    public static readonly byte[] Full = HexVector.Parse(
        """
        11223344 5566 7788 99AA BBCCDDEEFF00    # Record Type
        6EAB8E35 E020 E4F0 0123 456789ABCDEF    # Record ID
        00000007                                # Record Version
        000000 00                               # Reserved, flags
        00000005 0070 0065 0065 0072 0000       # Creator ID "peer"
        00000003 00E4 D800 0000                 # Last Modified By ID: an umlaut and half a surrogate pair
        00000003 AABBCC                         # Security Data
        01D4F54CF65A0000                        # Creation Time
        01D4F54CF65A0009                        # Expiration Time
        01D4F54CF65A0005                        # Last Modification Time
        00000006 0067 0072 0061 0070 0068 0000  # Graph ID "graph"
        0100                                    # Protocol Version
        00000004 DEADBEEF                       # Payload
        0000000E 003C 0061 0074 0074 0072 0069 0062 0075 0074 0065 0073 002F 003E 0000 # <attributes/>
        """);

    /// <summary>The tombstone of a record.</summary>
    public static readonly byte[] Tombstone = HexVector.Parse(
        """
        11223344 5566 7788 99AA BBCCDDEEFF00    # Record Type
        6EAB8E35 E020 E4F0 0123 456789ABCDEF    # Record ID
        00000002                                # Record Version
        000000 02                               # Reserved, flags: deleted
        00000005 0070 0065 0065 0072 0000       # Creator ID "peer"
        00000002 0078 0000                      # Last Modified By ID "x"
        00000000                                # Security Data: none
        01D4F54CF65A0000                        # Creation Time
        01D4F54CF65A0009                        # Expiration Time
        01D4F54CF65A0005                        # Last Modification Time
        00000006 0067 0072 0061 0070 0068 0000  # Graph ID "graph"
        0100                                    # Protocol Version
        00000000                                # Payload: none
        00000000                                # Attributes: none
        """);

    public static IReadOnlyList<byte[]> All => [Plain, Full, Tombstone];

    /// <summary>A vector that is sound, as a record.</summary>
    public static GraphRecord Read(byte[] vector)
    {
        Assert.Equal(RecordFault.None, RecordCodec.Read(vector, out GraphRecord? record));
        return record!;
    }
}
