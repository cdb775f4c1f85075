namespace PeerNet.Engine.Tests.Vectors;

/// <summary>
/// CPAs and extended payloads of the Modern suite, laid out by hand from MS-PNRP 2.2.3 and signed by another
/// implementation of P-256.
/// </summary>
internal static class ModernCpaVectors
{
    /// <summary>The signer's P-256 key in PKCS #8, made for these tests only.</summary>
    public const string PrivateKey = """
        308187020100301306072A8648CE3D020106082A8648CE3D030107046D306B02
        01010420C2EC636FB75E6BB09160F6B7B27ABE35F20E548E1379E8A15521F929
        35CC9522A14403420004D85627CD7E5295D95BFBF3B526819E81F6A7576C251A
        8E8D4299E107146BBAE6B2D36F24E3628A12EE649D72678855A5289BE5E54B9D
        AC18BB0F227317A37DEC
        """;

    /// <summary>The hash of its SubjectPublicKeyInfo.</summary>
    public const string Authority = "4cde905ba6c0146081900ad7dbef7067a32ae6a5";

    /// <summary>The P2P ID of the owner's name with classifier fish.</summary>
    public const string P2PId = "e348ec5ef357f5510a93ddec3fa7d263";

    /// <summary>The CPA of fish: two service addresses, two endpoints, a friendly name in UTF-8, an extended payload.</summary>
    public const string Secure = """
        5E01                                     # CPA Length
        0002                                     # Cpa version 2.0, minor first
        0005                                     # PNRP version 5.0, minor first
        3E                                       # flags: X F C A U
        00                                       # Reserved
        00C0EABC7A7BDC01                         # Not After: 2026-01-02T00:00:00Z
        EFBEADDE0000000001000000B80D0120         # Service Location, reversed
        A0A1A2A3A4A5A6A7A8A9AAABACADAEAF         # Nonce
        A5E62AA36770EFDBD70A90816014C0A65B90DE4C # BinaryAuthority, reversed
        FC901E06BC0FAE94AB9FA3865AF4B91B4925364A # ClassifierHash of "fish"
        0700                                     # FriendlyName Len
        4772C3BCC39F65                           # FriendlyName
        0200                                     # NumServiceAddresses
        1200                                     # ServiceAddressLength
        0DD420010DB8000000000000000000000001     # port 3540, 2001:db8::1
        0DD400000000000000000000FFFFC0000201     # port 3540, ::ffff:192.0.2.1
        0100                                     # NumPayloads
        3200                                     # Total Bytes
        01000000                                 # PAYLOAD: Type
        2800                                     # DataLength
        20010DB80000000000000000000000011F900600 # 2001:db8::1, port 8080, protocol 6
        00000000000000000000FFFFC000020100351100 # ::ffff:192.0.2.1, port 53, protocol 17
        5B00                                     # CPA Public Key: Field Length
        1100                                     # Algorithm ObjId Length
        0000                                     # Reserved
        4100                                     # PublicKey cbData
        00                                       # PublicKey Unused
        312E322E3834302E31303034352E322E31       # Algorithm ObjId "1.2.840.10045.2.1"
        04D85627CD7E5295D95BFBF3B526819E81F6A7576C251A8E8D4299E107146BBA # PublicKey Data
        E6B2D36F24E3628A12EE649D72678855A5289BE5E54B9DAC18BB0F227317A37D
        EC
        4800                                     # SIGNATURE: Field Length
        4000                                     # Signature Length
        0C800000                                 # ALG_ID
        539D5960592EB461A4EEB1BB3251BDF3A3625F76C9BE03FFF06E94BE91A97381 # Signature Data
        8FB5BB28F9F80CBAC28930138EF87BCE3DF60353C9ABC0F3270853CC5CFB336C
        """;

    /// <summary>The CPA of 0.fish: a friendly name in UTF-16, no extended payload.</summary>
    public const string Unsecured = """
        2501                                     # CPA Length
        0002                                     # Cpa version 2.0, minor first
        0005                                     # PNRP version 5.0, minor first
        18                                       # flags: F C
        00                                       # Reserved
        00C0EABC7A7BDC01                         # Not After: 2026-01-02T00:00:00Z
        EFBEADDE0000000001000000B80D0120         # Service Location, reversed
        A0A1A2A3A4A5A6A7A8A9AAABACADAEAF         # Nonce
        FC901E06BC0FAE94AB9FA3865AF4B91B4925364A # ClassifierHash of "fish"
        0800                                     # FriendlyName Len
        4B00F6006C006E00                         # FriendlyName
        0100                                     # NumServiceAddresses
        1200                                     # ServiceAddressLength
        0DD420010DB8000000000000000000000001     # port 3540, 2001:db8::1
        0100                                     # NumPayloads
        1E00                                     # Total Bytes
        01000000                                 # PAYLOAD: Type
        1400                                     # DataLength
        20010DB80000000000000000000000011F900600 # 2001:db8::1, port 8080, protocol 6
        5B00                                     # CPA Public Key: Field Length
        1100                                     # Algorithm ObjId Length
        0000                                     # Reserved
        4100                                     # PublicKey cbData
        00                                       # PublicKey Unused
        312E322E3834302E31303034352E322E31       # Algorithm ObjId "1.2.840.10045.2.1"
        04D85627CD7E5295D95BFBF3B526819E81F6A7576C251A8E8D4299E107146BBA # PublicKey Data
        E6B2D36F24E3628A12EE649D72678855A5289BE5E54B9DAC18BB0F227317A37D
        EC
        4800                                     # SIGNATURE: Field Length
        4000                                     # Signature Length
        0C800000                                 # ALG_ID
        286A654DA8ED3CB754A5DF6BEC0F4AFCBE45A31A0453C1E2724F8EF8AC118525 # Signature Data
        311CACEFE63F6E92D974ADBFB2B56D41FA2E2B1F9E6E39008ED71ED365A8875D
        """;

    /// <summary>The revoke CPA of fish.</summary>
    public const string Revoke = """
        0301                                     # CPA Length
        0002                                     # Cpa version 2.0, minor first
        0005                                     # PNRP version 5.0, minor first
        0D                                       # flags: C A R
        00                                       # Reserved
        00C0EABC7A7BDC01                         # Not After: 2026-01-02T00:00:00Z
        EFBEADDE0000000001000000B80D0120         # Service Location, reversed
        00000000000000000000000000000000         # Nonce
        A5E62AA36770EFDBD70A90816014C0A65B90DE4C # BinaryAuthority, reversed
        FC901E06BC0FAE94AB9FA3865AF4B91B4925364A # ClassifierHash of "fish"
        0000                                     # NumServiceAddresses
        1200                                     # ServiceAddressLength
        0000                                     # NumPayloads
        0400                                     # Total Bytes
        5B00                                     # CPA Public Key: Field Length
        1100                                     # Algorithm ObjId Length
        0000                                     # Reserved
        4100                                     # PublicKey cbData
        00                                       # PublicKey Unused
        312E322E3834302E31303034352E322E31       # Algorithm ObjId "1.2.840.10045.2.1"
        04D85627CD7E5295D95BFBF3B526819E81F6A7576C251A8E8D4299E107146BBA # PublicKey Data
        E6B2D36F24E3628A12EE649D72678855A5289BE5E54B9DAC18BB0F227317A37D
        EC
        4800                                     # SIGNATURE: Field Length
        4000                                     # Signature Length
        0C800000                                 # ALG_ID
        5CAEB73BFBC7276850748681B7FCEB0D6768005468B31B1706ABA6B0F1B9FCE3 # Signature Data
        1AAC11FF7A3A73EC993DE57BB9F8080DA36C513BE1030EE9AA5A53343DB03B25
        """;

    /// <summary>The extended payload of fish as text in UTF-8.</summary>
    public const string Utf8Payload = """
        A000                                     # Length
        0002                                     # version 2.0, minor first
        0000                                     # Reserved
        5800                                     # Signature Offset
        00C0EABC7A7BDC01                         # Not After: 2026-01-02T00:00:00Z
        EFBEADDE0000000001000000B80D012063D2A73FECDD930A51F557F35EEC48E3 # PNRP ID, reversed
        A0A1A2A3A4A5A6A7A8A9AAABACADAEAF         # Nonce
        0100                                     # Number of Payloads
        1800                                     # Total Payload Bytes
        02000080                                 # Payload Type
        0E00                                     # Payload Length
        0100                                     # String Type: UTF-8
        4772C3BCC39F20476F747400                 # Payload
        4800                                     # SIGNATURE: Field Length
        4000                                     # Signature Length
        0C800000                                 # ALG_ID
        A877E6D52E1F8CE822ED514D8EB17A3A648A6F439A13D3FEB90DFF6052C16760 # Signature Data
        170263B0BEB81F516898819E820C87A04E706F1D73AEEF9312DFD869EDFFD6A3
        """;

    /// <summary>The extended payload of fish as text in UTF-16.</summary>
    public const string Utf16Payload = """
        9A00                                     # Length
        0002                                     # version 2.0, minor first
        0000                                     # Reserved
        5200                                     # Signature Offset
        00C0EABC7A7BDC01                         # Not After: 2026-01-02T00:00:00Z
        EFBEADDE0000000001000000B80D012063D2A73FECDD930A51F557F35EEC48E3 # PNRP ID, reversed
        A0A1A2A3A4A5A6A7A8A9AAABACADAEAF         # Nonce
        0100                                     # Number of Payloads
        1200                                     # Total Payload Bytes
        02000080                                 # Payload Type
        0800                                     # Payload Length
        0000                                     # String Type: Unicode
        226F575B0000                             # Payload
        4800                                     # SIGNATURE: Field Length
        4000                                     # Signature Length
        0C800000                                 # ALG_ID
        BA470856ED305D8613B1C70BD91B7DB753F470E321D1DE86148138DD6C506AFF # Signature Data
        6066D8AC05AD2DB99D742914ECFAD2F076FAFD6F960A74668D96652B15204FF7
        """;

    /// <summary>The extended payload of fish as binary data.</summary>
    public const string BinaryPayload = """
        9700                                     # Length
        0002                                     # version 2.0, minor first
        0000                                     # Reserved
        4F00                                     # Signature Offset
        00C0EABC7A7BDC01                         # Not After: 2026-01-02T00:00:00Z
        EFBEADDE0000000001000000B80D012063D2A73FECDD930A51F557F35EEC48E3 # PNRP ID, reversed
        A0A1A2A3A4A5A6A7A8A9AAABACADAEAF         # Nonce
        0100                                     # Number of Payloads
        0F00                                     # Total Payload Bytes
        03000080                                 # Payload Type
        0500                                     # Payload Length
        000102FDFE                               # Payload
        4800                                     # SIGNATURE: Field Length
        4000                                     # Signature Length
        0C800000                                 # ALG_ID
        08301A9A6931059E975C2B566F9E17818713C9E2E0B7FDF9B9D73782E8CD9514 # Signature Data
        9052B61725A1F7B7D0F6DC03110DD9EF30866CB2CA698778EED52E94A9ADDC8D
        """;
}
