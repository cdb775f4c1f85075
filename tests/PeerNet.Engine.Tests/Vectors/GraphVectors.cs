namespace PeerNet.Engine.Tests.Vectors;

/// <summary>Messages and payloads laid out by hand from MS-PPGRH 2.2.2 and 2.2.3.</summary>
internal static class GraphVectors
{
    /// <summary>Every message, by name. The writer writes all of them.</summary>
    public static IReadOnlyDictionary<string, string> Messages { get; } = new Dictionary<string, string>
    {
        ["AuthInfo"] = AuthInfo,
        ["AuthInfoToAnybody"] = AuthInfoToAnybody,
        ["Connect"] = Connect,
        ["ConnectBare"] = ConnectBare,
        ["ConnectUpdate"] = ConnectUpdate,
        ["Welcome"] = Welcome,
        ["WelcomeBare"] = WelcomeBare,
        ["Refuse"] = Refuse,
        ["RefuseBare"] = RefuseBare,
        ["Disconnect"] = Disconnect,
        ["DisconnectBare"] = DisconnectBare,
        ["SolicitNew"] = SolicitNew,
        ["SolicitNewAll"] = SolicitNewAll,
        ["SolicitTime"] = SolicitTime,
        ["SolicitHash"] = SolicitHash,
        ["Advertise"] = Advertise,
        ["AdvertiseNothing"] = AdvertiseNothing,
        ["Request"] = Request,
        ["RequestNothing"] = RequestNothing,
        ["Flood"] = Flood,
        ["SyncEnd"] = SyncEnd,
        ["PointToPoint"] = PointToPoint,
        ["Ping"] = Ping,
        ["Ack"] = Ack,
    };

    public const string AuthInfo = """
        00000026 10 01 0000      # Message Size 38, version 1.0, AUTH_INFO, Reserved1
        02 00                    # Connection Type direct, Reserved2
        0010 0017 001F           # Graph ID at 16, Source Peer ID at 23, Destination Peer ID at 31
        47726170C3BC 00          # "Grapü"
        5265642E726564 00        # "Red.red"
        426C75652E62 00          # "Blue.b"
        """;

    public const string AuthInfoToAnybody = """
        00000015 10 01 0000      # Message Size 21, version 1.0, AUTH_INFO, Reserved1
        01 00                    # Connection Type neighbor, Reserved2
        0010 0012 0015           # Graph ID at 16, Source Peer ID at 18, no Destination Peer ID: the Message Size
        47 00                    # "G"
        4D65 00                  # "Me"
        """;

    public const string Connect = """
        00000044 10 02 0000                          # Message Size 68, version 1.0, CONNECT, Reserved1
        01 02                                        # N, Address Count 2
        0018 0040 0000                               # addresses at 24, Friendly Name at 64, Reserved2
        0123456789ABCDEF                             # Source Node ID
        0017 0E03 20010DB8000000000000000000000001   # AF_INET6, port 3587, 2001:db8::1
        0017 0E04 00000000000000000000FFFFC0000201   # AF_INET6, port 3588, ::ffff:192.0.2.1
        416E6E 00                                    # "Ann"
        """;

    public const string ConnectBare = """
        00000018 10 02 0000      # Message Size 24, version 1.0, CONNECT, Reserved1
        04 00                    # D, Address Count 0
        0018 0018 0000           # addresses at 24, no Friendly Name: the Message Size, Reserved2
        0123456789ABCDEF         # Source Node ID
        """;

    public const string ConnectUpdate = """
        0000002C 10 02 0000                          # Message Size 44, version 1.0, CONNECT, Reserved1
        08 01                                        # U, Address Count 1
        0018 002C 0000                               # addresses at 24, no Friendly Name, Reserved2
        0123456789ABCDEF                             # Source Node ID
        0017 0E03 20010DB8000000000000000000000001   # AF_INET6, port 3587, 2001:db8::1
        """;

    public const string Welcome = """
        0000003B 10 03 0000                          # Message Size 59, version 1.0, WELCOME, Reserved1
        FEDCBA9876543210                             # Node ID
        01D9B0C1D2E3F405                             # Peer Time
        01 00                                        # Address Count 1, Reserved2
        0020 0034 0037                               # addresses at 32, Peer ID at 52, Friendly Name at 55
        0017 0E03 20010DB8000000000000000000000001   # AF_INET6, port 3587, 2001:db8::1
        4D65 00                                      # "Me"
        426F62 00                                    # "Bob"
        """;

    public const string WelcomeBare = """
        00000023 10 03 0000      # Message Size 35, version 1.0, WELCOME, Reserved1
        FEDCBA9876543210         # Node ID
        01D9B0C1D2E3F405         # Peer Time
        00 00                    # Address Count 0, Reserved2
        0000 0020 0023           # Address Offset 0 without addresses, Peer ID at 32, no Friendly Name: the Message Size
        4D65 00                  # "Me"
        """;

    public const string Refuse = """
        00000034 10 04 0000                          # Message Size 52, version 1.0, REFUSE, Reserved
        01 02 000C                                   # busy, Address Count 2, addresses at 12
        0017 0E03 20010DB8000000000000000000000001   # AF_INET6, port 3587, 2001:db8::1
        0017 0E04 00000000000000000000FFFFC0000201   # AF_INET6, port 3588, ::ffff:192.0.2.1
        """;

    public const string RefuseBare = """
        0000000C 10 04 0000      # Message Size 12, version 1.0, REFUSE, Reserved
        04 00 0000               # direct connection disallowed, Address Count 0, Address Offset 0
        """;

    public const string Disconnect = """
        00000020 10 05 0000                          # Message Size 32, version 1.0, DISCONNECT, Reserved
        02 01 000C                                   # least useful, Address Count 1, addresses at 12
        0017 0E03 20010DB8000000000000000000000001   # AF_INET6, port 3587, 2001:db8::1
        """;

    public const string DisconnectBare = """
        0000000C 10 05 0000      # Message Size 12, version 1.0, DISCONNECT, Reserved
        01 00 000C               # leaving, Address Count 0, Address Offset: the Message Size
        """;

    public const string SolicitNew = """
        0000001C 10 06 0000                  # Message Size 28, version 1.0, SOLICIT_NEW, Reserved
        01 00 000C                           # Inclusion Count 1, Exclusion Count 0, Record Types at 12
        00000100000000000000000000000000     # graph info
        """;

    public const string SolicitNewAll = """
        0000002C 10 06 0000                  # Message Size 44, version 1.0, SOLICIT_NEW, Reserved
        00 02 000C                           # Inclusion Count 0, Exclusion Count 2, Record Types at 12
        00000100000000000000000000000000     # graph info
        00000400000000000000000000000000     # presence
        """;

    public const string SolicitTime = """
        00000024 10 07 0000                  # Message Size 36, version 1.0, SOLICIT_TIME, Reserved
        01 00 0014                           # Inclusion Count 1, Exclusion Count 0, Record Types at 20
        01D9B0C1D2E3F405                     # Modification Time
        8E2F0F4A53A64C3DB9A56F6F1F0E7A11     # a type, most significant byte first
        """;

    public const string SolicitHash = """
        00000064 10 08 0000                  # Message Size 100, version 1.0, SOLICIT_HASH, Reserved1
        00 00 0014                           # no types: all, Record Types at 20
        00000002 0014 0000                   # Hash Count 2, Hash Entries at 20, Reserved2
        000102030405060708090A0B0C0D0E0F     # Hash
        01D9B0C1D2E3F405                     # Modification Time
        C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF     # Record ID
        D41D8CD98F00B204E9800998ECF8427E     # Hash: MD5 of nothing
        FFFFFFFFFFFFFFFF                     # Modification Time: no end
        FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF     # Record ID
        """;

    public const string Advertise = """
        00000074 10 09 0000                  # Message Size 116, version 1.0, ADVERTISE, Reserved1
        00000001 00000002                    # Hash Entry Boundary Count 1, Record Abstract Count 2
        0018 0000 0000004C                   # boundaries at 24, Reserved2, abstracts at 76 in four bytes
        01D9B0C1D2E3F400                     # Modification Time Lower
        C0000000000000000000000000000000     # Record ID Lower
        01D9B0C1D2E3F405                     # Modification Time Upper
        C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF     # Record ID Upper
        00000002                             # Count
        C0C1C2C3C4C5C6C7C8C9CACBCCCDCECE 00000001    # Record ID, Version 1
        C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF 00000007    # Record ID, Version 7
        """;

    public const string AdvertiseNothing = """
        00000018 10 09 0000      # Message Size 24, version 1.0, ADVERTISE, Reserved1
        00000000 00000000        # Hash Entry Boundary Count 0, Record Abstract Count 0
        0018 0000 00000018       # boundaries at 24, Reserved2, abstracts at 24
        """;

    public const string Request = """
        00000024 10 0A 0000                          # Message Size 36, version 1.0, REQUEST, Reserved
        00000001 00000010                            # Record Abstract Count 1, abstracts at 16
        C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF 00000007    # Record ID, Version 7
        """;

    // MS-PPGRH 3.1.5.2.9 takes no REQUEST below 20 bytes.
    public const string RequestNothing = """
        00000014 10 0A 0000      # Message Size 20, version 1.0, REQUEST, Reserved
        00000000 00000010        # Record Abstract Count 0, abstracts at 16
        00000000                 # padding
        """;

    public const string Flood = """
        00000095 10 0B 0000                  # Message Size 149, version 1.0, FLOOD, Reserved1
        000C 0000                            # Record at 12, Reserved2
        8E2F0F4A53A64C3DB9A56F6F1F0E7A11     # Record Type
        3C3C3C3C3C3C3C3CC8C9CACBCCCDCECF     # Record ID
        00000002                             # Version 2
        000000 00                            # Reserved, flags
        00000003 0041 0042 0000              # Creator ID "AB"
        00000002 0043 0000                   # Last Modified By ID "C"
        00000002 A1A2                        # Security Data
        01D9B0C1D2E3F400                     # Creation Time
        01D9B0C1D2E40000                     # Expiration Time
        01D9B0C1D2E3F405                     # Last Modification Time
        00000002 0047 0000                   # Graph ID "G"
        0100                                 # Protocol Version
        00000003 D1D2D3                      # Payload Data
        0000000E 003C 0061 0074 0074 0072 0069 0062 0075 0074 0065 0073 002F 003E 0000   # "<attributes/>"
        """;

    public const string SyncEnd = """
        0000000C 10 0C 0000      # Message Size 12, version 1.0, SYNC_END, Reserved1
        01 00 0000               # F, Reserved2, Reserved3
        """;

    public const string PointToPoint = """
        0000001F 10 0D 0000                  # Message Size 31, version 1.0, PT2PT, Reserved1
        001C 0000                            # Data at 28, Reserved2
        8E2F0F4A53A64C3DB9A56F6F1F0E7A11     # Data Type
        D1D2D3                               # Payload Data
        """;

    public const string Ping = """
        0000001C 10 0D 0000                  # Message Size 28, version 1.0, PT2PT, Reserved1
        001C 0000                            # Data at 28, Reserved2
        0CCBB0D2BE414BD6914B058EC5DCCE64     # Data Type of pings
        """;

    public const string Ack = """
        00000034 10 0E 0000                          # Message Size 52, version 1.0, ACK, Reserved
        0002 000C                                    # ACKs Count 2, ACKs at 12
        C0C1C2C3C4C5C6C7C8C9CACBCCCDCECE 00000001    # Record ID, U
        C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF 00000000    # Record ID, not useful
        """;

    public const string GraphInfoPayload = """
        00000038                             # Size 56
        00000002                             # D: expiration deferred
        00000001                             # Scope global
        00000002 0047 0000                   # Graph ID "G"
        00000003 0041 0042 0000              # Creator ID "AB"
        00000003 004E 006D 0000              # Friendly Name "Nm"
        00000000                             # no Comment
        00000258                             # Presence Lifetime 600 s
        FFFFFFFF                             # Max Presence Records: all
        00000400                             # Max Record Size 1 KB
        """;

    public const string SignaturePayload = "0123456789ABCDEF";

    public const string ContactPayload = """
        0123456789ABCDEF                     # Signature
        FEDCBA9876543210                     # Node ID
        00000001                             # Number of Addresses
        00000020 0017 0E03                   # Size 32, AF_INET6, port 3587
        00000000                             # Flow Info
        20010DB8000000000000000000000001     # 2001:db8::1
        00000000                             # Zero
        """;

    public const string PresencePayload = """
        FEDCBA9876543210                     # Node ID
        00000003 0068 0069 0000              # Attributes "hi"
        00000001                             # Number of Addresses
        00000020 0017 0E03                   # Size 32, AF_INET6, port 3587
        00000000                             # Flow Info
        00000000000000000000FFFFC0000201     # ::ffff:192.0.2.1
        00000000                             # Zero
        """;
}
