namespace PeerNet.Engine.Tests.Vectors;

/// <summary>
/// CPAs and extended payloads of the Windows suite, laid out by hand from MS-PNRP 2.2.3 and signed by another
/// implementation of RSA-1024.
/// </summary>
internal static class WindowsCpaVectors
{
    /// <summary>The signer's RSA-1024 key in PKCS #8, made for these tests only.</summary>
    public const string PrivateKey = """
        30820276020100300D06092A864886F70D0101010500048202603082025C0201
        0002818100B5BBFD20BFF656E9D6EB2790FCDF0E1558D3CDEFE86D81CFD8747E
        519CAEB35B70DB40DB0D29F9DEE08C9D0D1F0CCE64CC9907A44FABE87AD7B55D
        ED5558923DAB49B47230E6D3241197631D097EBC51AB90414AA4BC4ACCB2266D
        CD2FE380AC57348937EAEBE0526B0D7B41C783BBFA2DD511141C118241002843
        B5AACD96FB020301000102818100A6841E5630ADB54B439A69C1868196B4E694
        03A0EBB5D2F8AF9B65D6BF9AAF4A7CA8D8CF1D4BB5E08A9D2C95C63A84AE856D
        3E3C46A7FC36FA88FB0C2864247182EE6CADFA8F4036A2392A8A3CE3D87D8DA5
        CA36C81E889C21B316DC4DEDD188F2B376B66BCF3B9AB39ED00751A1E0B9B853
        D92BE52FB2276DC373D140B6A471024100E6552F0B8EAF23C11EA9DCD7519629
        BB4C91E49851E4C8C127D2496FD0C8E37A844DD98FA1D9A3EC6EB2E4AEF33ADD
        D225678FB47EC68D80B5D068893BA524F9024100C9FC69F61A0315274BED4B98
        AD9AA08E5F6C376887DC99715FACB0B61C4FE6E1691F07EA106C6AE6C7A671CC
        7B52EC52055374867D2785F57DB4E059AF873C93024005762BA16886BAA04FAB
        D372BF9A81EED107FC95A80B76BF2DC48CBD3C042770B6466A4C3F983B8CD5AB
        244509BB719B140BFA9A5B0F3637C117EA02A7096971024024679E218126B515
        5415FCDE13CC1ECC0A5ED2CDC04EFE48F4D987300B824B36AD5FAE697D744D00
        3353C886F66347BCB0C10DEB7F7B3425BEF66EC93B5DC089024020128AB77592
        45AB082016F5D9E45DF8BC9EBB9BFB80F8A170F730C11719FC9065C64D2CD20B
        71B9917FB196A6A602A6C49D90E5DEFCB132F62BB931396CF3E7
        """;

    /// <summary>The hash of its SubjectPublicKeyInfo.</summary>
    public const string Authority = "527caa291a5d1fcab04a5cf28e8349e53816728e";

    /// <summary>The P2P ID of the owner's name with classifier fish.</summary>
    public const string P2PId = "bb3d58bcce12af41f79ade08f2f40c5b";

    /// <summary>The CPA of fish: two service addresses, two endpoints, a friendly name in UTF-8, an extended payload.</summary>
    public const string Secure = """
        EC01                                     # CPA Length
        0002                                     # Cpa version 2.0, minor first
        0004                                     # PNRP version 4.0, minor first
        3E                                       # flags: X F C A U
        00                                       # Reserved
        00C0EABC7A7BDC01                         # Not After: 2026-01-02T00:00:00Z
        EFBEADDE0000000001000000B80D0120         # Service Location, reversed
        A0A1A2A3A4A5A6A7A8A9AAABACADAEAF         # Nonce
        8E721638E549838EF25C4AB0CA1F5D1A29AA7C52 # BinaryAuthority, reversed
        12C4A6F0B4F9EE4A6121FEE9C3844D940F9402F3 # ClassifierHash of "fish"
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
        A900                                     # CPA Public Key: Field Length
        1400                                     # Algorithm ObjId Length
        0000                                     # Reserved
        8C00                                     # PublicKey cbData
        00                                       # PublicKey Unused
        312E322E3834302E3131333534392E312E312E31 # Algorithm ObjId "1.2.840.113549.1.1.1"
        30818902818100B5BBFD20BFF656E9D6EB2790FCDF0E1558D3CDEFE86D81CFD8 # PublicKey Data
        747E519CAEB35B70DB40DB0D29F9DEE08C9D0D1F0CCE64CC9907A44FABE87AD7
        B55DED5558923DAB49B47230E6D3241197631D097EBC51AB90414AA4BC4ACCB2
        266DCD2FE380AC57348937EAEBE0526B0D7B41C783BBFA2DD511141C11824100
        2843B5AACD96FB0203010001
        8800                                     # SIGNATURE: Field Length
        8000                                     # Signature Length
        04800000                                 # ALG_ID
        926335A2AA5ECCC7D7973862AC6A4D626C468337247A3131F2266E992BBB3990 # Signature Data
        59C7DA6E7E771EA35A7AD66A2FC11778981BC5438127611186ABB011FD9C03BA
        3E51CA4D8DE2614804CCAB19FFC21506807F601EDD3F523BCFBCFDD93144DBE0
        19FC56FE51F52666CEAA1C935C06064E3BE02586C08902DA0397CC313860A28F
        """;

    /// <summary>The CPA of 0.fish: a friendly name in UTF-16, no extended payload.</summary>
    public const string Unsecured = """
        B301                                     # CPA Length
        0002                                     # Cpa version 2.0, minor first
        0004                                     # PNRP version 4.0, minor first
        18                                       # flags: F C
        00                                       # Reserved
        00C0EABC7A7BDC01                         # Not After: 2026-01-02T00:00:00Z
        EFBEADDE0000000001000000B80D0120         # Service Location, reversed
        A0A1A2A3A4A5A6A7A8A9AAABACADAEAF         # Nonce
        12C4A6F0B4F9EE4A6121FEE9C3844D940F9402F3 # ClassifierHash of "fish"
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
        A900                                     # CPA Public Key: Field Length
        1400                                     # Algorithm ObjId Length
        0000                                     # Reserved
        8C00                                     # PublicKey cbData
        00                                       # PublicKey Unused
        312E322E3834302E3131333534392E312E312E31 # Algorithm ObjId "1.2.840.113549.1.1.1"
        30818902818100B5BBFD20BFF656E9D6EB2790FCDF0E1558D3CDEFE86D81CFD8 # PublicKey Data
        747E519CAEB35B70DB40DB0D29F9DEE08C9D0D1F0CCE64CC9907A44FABE87AD7
        B55DED5558923DAB49B47230E6D3241197631D097EBC51AB90414AA4BC4ACCB2
        266DCD2FE380AC57348937EAEBE0526B0D7B41C783BBFA2DD511141C11824100
        2843B5AACD96FB0203010001
        8800                                     # SIGNATURE: Field Length
        8000                                     # Signature Length
        04800000                                 # ALG_ID
        5085FF29AE33C47BB8990797ACBF9194BE4FD8712DFFFDFBCABB0BC398598621 # Signature Data
        10046018975709D464E9365352D4867C413B54CFA36FF79C2622B101098EA811
        43479B8DE258A795A710792C8FF032229520E864DA5A2790C64A6F819F0873C9
        B292AC8A37B314EA7EFF348B10B069AA25A6F044378D4D925E34D77D32065FBA
        """;

    /// <summary>The revoke CPA of fish.</summary>
    public const string Revoke = """
        9101                                     # CPA Length
        0002                                     # Cpa version 2.0, minor first
        0004                                     # PNRP version 4.0, minor first
        0D                                       # flags: C A R
        00                                       # Reserved
        00C0EABC7A7BDC01                         # Not After: 2026-01-02T00:00:00Z
        EFBEADDE0000000001000000B80D0120         # Service Location, reversed
        00000000000000000000000000000000         # Nonce
        8E721638E549838EF25C4AB0CA1F5D1A29AA7C52 # BinaryAuthority, reversed
        12C4A6F0B4F9EE4A6121FEE9C3844D940F9402F3 # ClassifierHash of "fish"
        0000                                     # NumServiceAddresses
        1200                                     # ServiceAddressLength
        0000                                     # NumPayloads
        0400                                     # Total Bytes
        A900                                     # CPA Public Key: Field Length
        1400                                     # Algorithm ObjId Length
        0000                                     # Reserved
        8C00                                     # PublicKey cbData
        00                                       # PublicKey Unused
        312E322E3834302E3131333534392E312E312E31 # Algorithm ObjId "1.2.840.113549.1.1.1"
        30818902818100B5BBFD20BFF656E9D6EB2790FCDF0E1558D3CDEFE86D81CFD8 # PublicKey Data
        747E519CAEB35B70DB40DB0D29F9DEE08C9D0D1F0CCE64CC9907A44FABE87AD7
        B55DED5558923DAB49B47230E6D3241197631D097EBC51AB90414AA4BC4ACCB2
        266DCD2FE380AC57348937EAEBE0526B0D7B41C783BBFA2DD511141C11824100
        2843B5AACD96FB0203010001
        8800                                     # SIGNATURE: Field Length
        8000                                     # Signature Length
        04800000                                 # ALG_ID
        1EF736E204A94F8EE666E7D2B617933B56A153CAB9746FDA4124B879C590B2EC # Signature Data
        37002587D283D63E5BC3A4F6DAA0BADFF595750A36F3187775D00311EF56755E
        362F0F16CF75993DB1EA30579CDD0EDADD6CC283CBA868C313924E5B0C2A0358
        1994C791606AC8C842FE7D67E997F036D2260CFF8B50C05CC620644F6AA106FE
        """;

    /// <summary>The extended payload of fish as text in UTF-8.</summary>
    public const string Utf8Payload = """
        E000                                     # Length
        0002                                     # version 2.0, minor first
        0000                                     # Reserved
        5800                                     # Signature Offset
        00C0EABC7A7BDC01                         # Not After: 2026-01-02T00:00:00Z
        EFBEADDE0000000001000000B80D01205B0CF4F208DE9AF741AF12CEBC583DBB # PNRP ID, reversed
        A0A1A2A3A4A5A6A7A8A9AAABACADAEAF         # Nonce
        0100                                     # Number of Payloads
        1800                                     # Total Payload Bytes
        02000080                                 # Payload Type
        0E00                                     # Payload Length
        0100                                     # String Type: UTF-8
        4772C3BCC39F20476F747400                 # Payload
        8800                                     # SIGNATURE: Field Length
        8000                                     # Signature Length
        04800000                                 # ALG_ID
        252CCE130369EA6BADA017C314EFE0E972EC3BF5581586613BC9553C5EF37DA3 # Signature Data
        C916B6990648AE5D27AA2FF83C38D5C9B28ADA05A506DB5AB1DB64A8E472F0B0
        83931C942693D5E35FB9D7D0C61BF797A94555CAD0F11FF67D3D255937B9F582
        7A15B898E2D2F15AF90F79875EFC19A63F2422C1E9DA6EE2116A50F9E52B4666
        """;

    /// <summary>The extended payload of fish as text in UTF-16.</summary>
    public const string Utf16Payload = """
        DA00                                     # Length
        0002                                     # version 2.0, minor first
        0000                                     # Reserved
        5200                                     # Signature Offset
        00C0EABC7A7BDC01                         # Not After: 2026-01-02T00:00:00Z
        EFBEADDE0000000001000000B80D01205B0CF4F208DE9AF741AF12CEBC583DBB # PNRP ID, reversed
        A0A1A2A3A4A5A6A7A8A9AAABACADAEAF         # Nonce
        0100                                     # Number of Payloads
        1200                                     # Total Payload Bytes
        02000080                                 # Payload Type
        0800                                     # Payload Length
        0000                                     # String Type: Unicode
        226F575B0000                             # Payload
        8800                                     # SIGNATURE: Field Length
        8000                                     # Signature Length
        04800000                                 # ALG_ID
        72279FC4A5F7BCB4655E9F75CD1E27C7E7054A0A8D364E145FA082A7CE1F5A57 # Signature Data
        61C93B6BC8D7502C85C360FA97F7C588FFA232CDE2DA7E0B8A7F6D0AE556449E
        7773961E5F3C21D8C99B3897052B895364EBC2B8BA90A781D381394BB5A23587
        1E0C62BBFCD79864F8626072CEA11F9EF2AF1FE5A26D4501B1EFF40DA5476EEF
        """;

    /// <summary>The extended payload of fish as binary data.</summary>
    public const string BinaryPayload = """
        D700                                     # Length
        0002                                     # version 2.0, minor first
        0000                                     # Reserved
        4F00                                     # Signature Offset
        00C0EABC7A7BDC01                         # Not After: 2026-01-02T00:00:00Z
        EFBEADDE0000000001000000B80D01205B0CF4F208DE9AF741AF12CEBC583DBB # PNRP ID, reversed
        A0A1A2A3A4A5A6A7A8A9AAABACADAEAF         # Nonce
        0100                                     # Number of Payloads
        0F00                                     # Total Payload Bytes
        03000080                                 # Payload Type
        0500                                     # Payload Length
        000102FDFE                               # Payload
        8800                                     # SIGNATURE: Field Length
        8000                                     # Signature Length
        04800000                                 # ALG_ID
        9A4622B72E253E019246723AC1831914F3857F2FE87E2E445F54DC203F395E62 # Signature Data
        931255C738C2B49081D624435A78D4702DC4BE96875DBB9030DEB938A663C6A7
        55F9A180AE0CC68D3ACEE4E96955504AFDA2F45F6309644AAFC1CBA26481AC3B
        5F2A1EB8048CCA0B740F68BDB47A7560A922223F1DF5C11ED455ABCB8B112E69
        """;
}
