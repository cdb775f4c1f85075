using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Vectors;

/// <summary>
/// Datagrams laid out by hand from MS-PNRP 2.2.2. The suites differ in the version byte only, which is written VV here.
/// </summary>
internal static class MessageVectors
{
    /// <summary>Every datagram, by name. All but the ones in <see cref="NotCanonical"/> are what the writer writes.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["Solicit"] = Solicit,
        ["SolicitWithoutOptionalFields"] = SolicitWithoutOptionalFields,
        ["Advertise"] = Advertise,
        ["AdvertiseBusy"] = AdvertiseBusy,
        ["Request"] = Request,
        ["FloodRouteEntry"] = FloodRouteEntry,
        ["FloodRevoke"] = FloodRevoke,
        ["Inquire"] = Inquire,
        ["InquireWithoutNonce"] = InquireWithoutNonce,
        ["Authority"] = Authority,
        ["Ack"] = Ack,
        ["AckNotFound"] = AckNotFound,
        ["AckWithIdleFlags"] = AckWithIdleFlags,
        ["Lookup"] = Lookup,
        ["LookupWithoutBestMatch"] = LookupWithoutBestMatch,
    };

    /// <summary>Legal datagrams that say explicitly what the writer leaves out, or the other way round.</summary>
    public static IReadOnlySet<string> NotCanonical { get; } =
        new HashSet<string> { "SolicitWithoutOptionalFields", "AckWithIdleFlags" };

    /// <summary>The bytes in one suite.</summary>
    public static byte[] Bytes(string vector, SuiteAlgorithms suite) => HexVector.Parse(
        vector.Replace("VV", suite.Suite == PeerSuite.Windows ? "04" : "05", StringComparison.Ordinal));

    public const string Solicit = """
        0010 000C                                # FieldID PNRP_HEADER, Length 12
        51 VV 00 01                              # Identifier, version, SOLICIT
        01020304                                 # Message ID
        0044 0006                                # FieldID1 SOLICIT_CONTROLS, Length1 6
        00 01 0000                               # Reserved, SOLICIT_TYPE_LOCAL, Padding1
        009A 003A                                # FieldID2 ROUTING_ENTRY, Length2 4 + 54
        00112233445566778899AABBCCDDEEFF         # PNRP ID: P2P ID
        20010DB80000000100000000DEADBEEF         # PNRP ID: service location
        VV 00 0DD4                               # PNRP version, Port Number 3540
        00 01                                    # Flags, Address Count
        20010DB8000000000000000000000001         # 2001:db8::1
        0000                                     # Padding2
        0092 0018                                # FieldID3 HASHED_NONCE, Length3 24
        C0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3 # HashedNonce
        """;

    public const string SolicitWithoutOptionalFields = """
        0010 000C                                # FieldID PNRP_HEADER, Length 12
        51 VV 00 01                              # Identifier, version, SOLICIT
        01020304                                 # Message ID
        0092 0018                                # FieldID3 HASHED_NONCE, Length3 24
        C0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3 # HashedNonce
        """;

    public const string Advertise = """
        0010 000C                                # FieldID PNRP_HEADER, Length 12
        51 VV 00 02                              # Identifier, version, ADVERTISE
        11121314                                 # Message ID
        0018 0008 01020304                       # FieldID1 PNRP_HEADER_ACKED, Length1 8, Acked Message ID
        0060 004C                                # FieldID2 PNRP_ID_ARRAY, Length2 12 + 2 * 32
        0002 0048                                # NumEntries, ArrayLength 8 + 2 * 32
        0030 0020                                # ElementFieldType PNRP_ID, EntryLength 32
        00112233445566778899AABBCCDDEEFF         # first id: P2P ID
        20010DB80000000100000000DEADBEEF         # first id: service location
        FFEEDDCCBBAA99887766554433221100         # second id: P2P ID
        8000000000000000FEDCBA9876543210         # second id: service location
        0092 0018                                # FieldID3 HASHED_NONCE, Length3 24
        C0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3 # HashedNonce
        """;

    public const string AdvertiseBusy = """
        0010 000C                                # FieldID PNRP_HEADER, Length 12
        51 VV 00 02                              # Identifier, version, ADVERTISE
        11121314                                 # Message ID
        0018 0008 01020304                       # FieldID1 PNRP_HEADER_ACKED, Length1 8, Acked Message ID
        0060 000C                                # FieldID2 PNRP_ID_ARRAY, Length2 12
        0000 0008                                # NumEntries, ArrayLength 8
        0030 0020                                # ElementFieldType PNRP_ID, EntryLength 32
        0092 0018                                # FieldID3 HASHED_NONCE, Length3 24
        C0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3 # HashedNonce
        """;

    public const string Request = """
        0010 000C                                # FieldID PNRP_HEADER, Length 12
        51 VV 00 03                              # Identifier, version, REQUEST
        21222324                                 # Message ID
        0093 0014                                # FieldID1 NONCE, Length1 20
        A0A1A2A3A4A5A6A7A8A9AAABACADAEAF         # Nonce
        0060 002C                                # FieldID2 PNRP_ID_ARRAY, Length2 12 + 32
        0001 0028                                # NumEntries, ArrayLength 8 + 32
        0030 0020                                # ElementFieldType PNRP_ID, EntryLength 32
        00112233445566778899AABBCCDDEEFF         # P2P ID
        20010DB80000000100000000DEADBEEF         # service location
        """;

    public const string FloodRouteEntry = """
        0010 000C                                # FieldID PNRP_HEADER, Length 12
        51 VV 00 04                              # Identifier, version, FLOOD
        31323334                                 # Message ID
        0043 0007                                # FieldID1 FLOOD_CONTROLS, Length1 7
        0001 00 00                               # D (last of 16 bits), Reserved2, Padding1
        0039 0024                                # FieldID2 VALIDATE_PNRP_ID, Length2 36
        FFEEDDCCBBAA99887766554433221100         # Validate PNRP ID: P2P ID
        8000000000000000FEDCBA9876543210         # Validate PNRP ID: service location
        009A 004A                                # FieldID4 ROUTING_ENTRY, Length4 4 + 70
        00112233445566778899AABBCCDDEEFF         # PNRP ID: P2P ID
        20010DB80000000100000000DEADBEEF         # PNRP ID: service location
        VV 00 0DD4                               # PNRP version, Port Number 3540
        00 02                                    # Flags, Address Count
        20010DB8000000000000000000000001         # 2001:db8::1
        00000000000000000000FFFFC0000201         # ::ffff:192.0.2.1
        0000                                     # Padding4
        009E 001E                                # FieldID5 IPV6_ENDPOINT_ARRAY, Length5 12 + 18
        0001 001A                                # NumEntries, ArrayLength 8 + 18
        009D 0012                                # ElementFieldType IPV6_ENDPOINT, EntryLength 18
        0401 20010DB8000000000000000000000002    # port 1025, 2001:db8::2
        """;

    public const string FloodRevoke = """
        0010 000C                                # FieldID PNRP_HEADER, Length 12
        51 VV 00 04                              # Identifier, version, FLOOD
        31323334                                 # Message ID
        0043 0007                                # FieldID1 FLOOD_CONTROLS, Length1 7
        0000 00 00                               # D clear, Reserved2, Padding1
        0039 0024                                # FieldID2 VALIDATE_PNRP_ID, Length2 36
        FFEEDDCCBBAA99887766554433221100         # Validate PNRP ID: P2P ID
        8000000000000000FEDCBA9876543210         # Validate PNRP ID: service location
        009C 0009                                # FieldID3 REVOKE_CPA, Length3 4 + 5
        5245564F4B                               # Revoke CPA: opaque to this message
        000000                                   # Padding3
        009E 000C                                # FieldID5 IPV6_ENDPOINT_ARRAY, Length5 12
        0000 0008                                # NumEntries, ArrayLength 8
        009D 0012                                # ElementFieldType IPV6_ENDPOINT, EntryLength 18
        """;

    public const string Inquire = """
        0010 000C                                # FieldID PNRP_HEADER, Length 12
        51 VV 00 07                              # Identifier, version, INQUIRE
        41424344                                 # Message ID
        0040 0006                                # FieldID1 FLAGS_FIELD, Length1 6
        0014 0000                                # A (bit 11) and C (bit 13), Padding
        0039 0024                                # FieldID2 VALIDATE_PNRP_ID, Length2 36
        00112233445566778899AABBCCDDEEFF         # Validate PNRP ID: P2P ID
        20010DB80000000100000000DEADBEEF         # Validate PNRP ID: service location
        0093 0014                                # FieldID3 NONCE, Length3 20
        A0A1A2A3A4A5A6A7A8A9AAABACADAEAF         # Nonce
        """;

    public const string InquireWithoutNonce = """
        0010 000C                                # FieldID PNRP_HEADER, Length 12
        51 VV 00 07                              # Identifier, version, INQUIRE
        41424344                                 # Message ID
        0040 0006                                # FieldID1 FLAGS_FIELD, Length1 6
        0008 0000                                # X (bit 12), Padding
        0039 0024                                # FieldID2 VALIDATE_PNRP_ID, Length2 36
        00112233445566778899AABBCCDDEEFF         # Validate PNRP ID: P2P ID
        20010DB80000000100000000DEADBEEF         # Validate PNRP ID: service location
        """;

    public const string Authority = """
        0010 000C                                # FieldID PNRP_HEADER, Length 12
        51 VV 00 08                              # Identifier, version, AUTHORITY
        51525354                                 # Message ID
        0018 0008 41424344                       # FieldID1 PNRP_HEADER_ACKED, Length1 8, Acked Message ID
        0098 0008                                # FieldID2 SPLIT_CONTROLS, Length2 8
        04AC 04A4                                # Size 1196, Offset 1188
        0040 0006 0201 0000                      # Buffer: the last 8 bytes
        """;

    public const string Ack = """
        0010 000C                                # FieldID PNRP_HEADER, Length 12
        51 VV 00 09                              # Identifier, version, ACK
        61626364                                 # Message ID
        0018 0008 31323334                       # FieldID1 PNRP_HEADER_ACKED, Length1 8, Acked Message ID
        """;

    public const string AckNotFound = """
        0010 000C                                # FieldID PNRP_HEADER, Length 12
        51 VV 00 09                              # Identifier, version, ACK
        61626364                                 # Message ID
        0018 0008 31323334                       # FieldID1 PNRP_HEADER_ACKED, Length1 8, Acked Message ID
        0040 0006 0001                           # FieldID2 FLAGS_FIELD, Length2 6, N (last of 16 bits)
        """;

    public const string AckWithIdleFlags = """
        0010 000C                                # FieldID PNRP_HEADER, Length 12
        51 VV 00 09                              # Identifier, version, ACK
        61626364                                 # Message ID
        0018 0008 31323334                       # FieldID1 PNRP_HEADER_ACKED, Length1 8, Acked Message ID
        0040 0006 0000                           # FieldID2 FLAGS_FIELD, Length2 6, N clear
        """;

    public const string Lookup = """
        0010 000C                                # FieldID PNRP_HEADER, Length 12
        51 VV 00 0B                              # Identifier, version, LOOKUP
        71727374                                 # Message ID
        0045 000C                                # FieldID1 LOOKUP_CONTROLS, Length1 12
        0002 0080                                # A (bit 14 of 16), Precision 128
        08 02 0000                               # SEARCH_OPCODE_UPPER_BITS, REASON_CACHE_MAINTENANCE, Reserved2
        0038 0024                                # FieldID2 TARGET_PNRP_ID, Length2 36
        00112233445566778899AABBCCDDEEFF         # Target PNRP ID: P2P ID
        20010DB80000000100000000DEADBEEF         # Target PNRP ID: service location
        0039 0024                                # FieldID3 VALIDATE_PNRP_ID, Length3 36
        FFEEDDCCBBAA99887766554433221100         # Validate PNRP ID: P2P ID
        8000000000000000FEDCBA9876543210         # Validate PNRP ID: service location
        009A 003A                                # FieldID4 ROUTING_ENTRY, Length4 4 + 54
        00112233445566778899AABBCCDDEEFF         # PNRP ID: P2P ID
        20010DB80000000100000000DEADBEEF         # PNRP ID: service location
        VV 00 0DD4                               # PNRP version, Port Number 3540
        00 01                                    # Flags, Address Count
        20010DB8000000000000000000000001         # 2001:db8::1
        0000                                     # Padding4
        009E 0030                                # FieldID5 IPV6_ENDPOINT_ARRAY, Length5 12 + 2 * 18
        0002 002C                                # NumEntries, ArrayLength 8 + 2 * 18
        009D 0012                                # ElementFieldType IPV6_ENDPOINT, EntryLength 18
        0DD4 20010DB8000000000000000000000002    # port 3540, 2001:db8::2
        FFFF 00000000000000000000FFFFC0000201    # port 65535, ::ffff:192.0.2.1
        """;

    public const string LookupWithoutBestMatch = """
        0010 000C                                # FieldID PNRP_HEADER, Length 12
        51 VV 00 0B                              # Identifier, version, LOOKUP
        71727374                                 # Message ID
        0045 000C                                # FieldID1 LOOKUP_CONTROLS, Length1 12
        0000 0000                                # A clear, Precision
        01 00 0000                               # SEARCH_OPCODE_ANY_PEERNAME, REASON_APP_REQUEST, Reserved2
        0038 0024                                # FieldID2 TARGET_PNRP_ID, Length2 36
        00112233445566778899AABBCCDDEEFF         # Target PNRP ID: P2P ID
        80000000000000008000000000000000         # Target PNRP ID: service location
        0039 0024                                # FieldID3 VALIDATE_PNRP_ID, Length3 36
        00000000000000000000000000000000         # Validate PNRP ID: none
        00000000000000000000000000000000
        009E 001E                                # FieldID5 IPV6_ENDPOINT_ARRAY, Length5 12 + 18
        0001 001A                                # NumEntries, ArrayLength 8 + 18
        009D 0012                                # ElementFieldType IPV6_ENDPOINT, EntryLength 18
        0DD4 20010DB8000000000000000000000002    # port 3540, 2001:db8::2
        """;

    /// <summary>The parts of an AUTHORITY_BUFFER (2.2.2.6.1), which travels inside AUTHORITY datagrams.</summary>
    public const string Buffer = """
        0040 0006                                # FieldID1 FLAGS_FIELD, Length1 6
        0209 0000                                # L (bit 6), B (bit 12), N (bit 15), Padding1
        0080 0009                                # FieldID2 CERT_CHAIN, Length2 4 + 5
        3003020101                               # Certificate Chain: opaque to this structure
        000000                                   # Padding2
        0085 0012                                # FieldID3 CLASSIFIER, Length3 12 + 6
        0003 000E                                # NumEntries 3, Array Length 8 + 6
        0084 0002                                # Element Field Type WCHAR, Entry Length 2
        6100 AC20 6200                           # Classifier: a, euro sign, b in UTF-16LE
        0000                                     # Padding3
        005A 0006                                # FieldID4 EXTENDED_PAYLOAD, Length4 4 + 2
        5850                                     # Extended Payload: opaque to this structure
        0000                                     # Padding4
        009A 003A                                # FieldID5 ROUTING_ENTRY, Length5 4 + 54
        00112233445566778899AABBCCDDEEFF         # PNRP ID: P2P ID
        20010DB80000000100000000DEADBEEF         # PNRP ID: service location
        VV 00 0DD4                               # PNRP version, Port Number 3540
        00 01                                    # Flags, Address Count
        20010DB8000000000000000000000001         # 2001:db8::1
        0000                                     # Padding5
        009B 0007                                # FieldID6 VALIDATE_CPA, Length6 4 + 3
        435041                                   # CPA: opaque to this structure; no padding behind it
        """;

    public const string BufferWithoutParts = """
        0040 0006                                # FieldID1 FLAGS_FIELD, Length1 6
        0000 0000                                # no flag, Padding1
        """;
}
