namespace PeerNet.Engine.Tests.Vectors;

/// <summary>
/// Content information from elsewhere: bytes that a Windows server sent, and bytes that a few lines of Python (hashlib, hmac
/// and struct) made of <see cref="Content"/> with the secret key <see cref="SecretKey"/>.
/// </summary>
internal static class ContentVectors
{
    /// <summary>Bytes of the file that <see cref="Windows"/> describes.</summary>
    public const int WindowsContentLength = 99_710;

    /// <summary>Version 1, SHA-256, as a Windows server with BranchCache sent it for a picture.</summary>
    public static readonly byte[] Windows = HexVector.Parse(
        """
        00010c80000000000000000000000100000000000000000000007e85010000000100d8d976354a4872e925761803f458d9da
        aa67f8e31c630fb74e6a312ef8a25aba11afc0d7949243f94f9c1fab35d9fd1e331fcf7811a2e01d3587b38d770a29e20200
        000073c18ab8549110f8e90e71bbc3ab2aa8c44d13f4929499255b660f24ec77800b974bdd65567fdeeccdafe457a9503b45
        48f66ed3b188dcfda0ac382b09711acc
        """);

    /// <summary>The secret key of that server.</summary>
    public static readonly byte[] WindowsSecretKey = HexVector.Parse(
        """
        2a3d73eb435e9f2b8a344267e7467a3c7385c6e055e2b4d30dfec7c38b0ed72c
        """);

    /// <summary>HoHoDk of its segment.</summary>
    public static readonly byte[] WindowsId = HexVector.Parse(
        """
        491b217dbee2b5f12ca79b015e06f4bbe64f9745bad7867aef17de59927edce9
        """);

    /// <summary>Version 1: the whole content, SHA-384.</summary>
    public static readonly byte[] Sha384 = HexVector.Parse(
        """
        00010d8000000000000000000000010000000000000000000000f049020000000100058e0f606d9f07331099f5d5d5be67cb
        e88122716fa625b9279aa5eb5790b4a361463738271337e2ff4682c5e7310aef2827303bf12a518e1f5e9edc0755615572df
        d9bd48f4b0e259887ad1b0388179a5ee1d51e406f1da061872cde8e1828a03000000ba89469c0fc233f040414a0887c8eddf
        9d6da9a94c065124a0ff68875189417d8716d3d51b0ee81dfbd5bd40ed75923d70b33141c7d12f029dc82c00ff1a65a9dc8f
        a34d5fb99790066a1a81ef4a8dcd5fca397394bed235a9b07c28d8ce2f8a78b574ad9ca461f5114af47c49a8501d22acb1f4
        67dae8f24e026fb79e5dd89909b9d35be8ddc4c2ccc8d4f4a178651c
        """);

    /// <summary>HoHoDk of its segment.</summary>
    public static readonly byte[] Sha384Id = HexVector.Parse(
        """
        e652faf58cfbc7b6a30fa9f4ef603c8144aa33fe736ba2bf74b1e2c136e154dc082d6f12aca062977da44680bbc82015
        """);

    /// <summary>Version 1: the whole content, SHA-512.</summary>
    public static readonly byte[] Sha512 = HexVector.Parse(
        """
        00010e8000000000000000000000010000000000000000000000f049020000000100ac0ca6647ffe47a80846666c42814a3f
        2c6476f6cb15fca36e48a8574320d98464d3177c577f25d2a53ecb7d0907b7de966c74f0303fa7e88d3ee6d4c1b5a63db90c
        228d883c39d06645027efa3ca642e1059d74992bcbeab88f42f695410482dc5fd3f3d012afa608411f230353c0858f0334c3
        76fa6aa9c6294d375476bba203000000ee99f68fd6097378b1b25514d0341a6f1ccecd9f9c2e4f8cedf7fcbfbe215411c231
        3a80ff4ca545d3d6d81f2b3fddfa19dad2784f5c0b42e4fe7319b18276bf6f124981eca482d6225d6e90b639b4770d46228d
        9b746b03467c152cf7af119e5206f7b60ae6caa34075b21ebb470a5f0edd63a262ccc0b47c2e7b281882efb9828959d40cfc
        0aa182ca5d57198d6671dd2f2c2a40ad103b5f9bb16bc910e71e4c05658fdfeb1bdcda01b0919d6d56c204a257c494c35eeb
        c983adb31be0972d
        """);

    /// <summary>HoHoDk of its segment.</summary>
    public static readonly byte[] Sha512Id = HexVector.Parse(
        """
        fb158247ebbff39aa11f22dc217e45377638c8d9ec356d5c13725927652afc5b8c332c3734112998e396f8a65301f7510c98
        bb7f72e64f61b965e14a5568c967
        """);

    /// <summary>Version 1: bytes 70,000 to 89,999, SHA-256: one block of three.</summary>
    public static readonly byte[] Sha256Range = HexVector.Parse(
        """
        00010c80000070110100204e0000010000000000000000000000f049020000000100077b827d0eb65587bcde4006da3c48da
        2c0a816f807a05892d6f89d0ec9a75ffda6cf12df2ca8e6fedce658ffc7d884f1d180121f651cff118b1e70320ff70320100
        00001067ff4feef982b63bf546b399edebf5aedbf0775c93037d4bbd4efe3a212b05
        """);

    /// <summary>HoHoDk of its segment.</summary>
    public static readonly byte[] Sha256RangeId = HexVector.Parse(
        """
        a156cb68a80221373b51bc026a1af0a12d39b6c92ab7e8270089e9254c1feedc
        """);

    /// <summary>Version 2: the whole content in segments of 61,440, 60,000 and 28,560 bytes.</summary>
    public static readonly byte[] V2 = HexVector.Parse(
        """
        000204000000000000000000000000000000000000000000000000000249f000000000cc0000f00011e822ee2a7f4c4e0e14
        c1be3188dfe52d48207ee1a7814ff4d534b3bf7cc28d32e2658d7a4249a9a6c86730753104281a7da9605ab809ffe286715d
        0edb19960000ea60e324edaa9593b33fa1e23a3b235c14debb407739211c48ff20c7ff5480056a3def0c2b132f80d39c4d3e
        eea245a7eb0380616925342540543bf2d72d2b1bb82400006f9059bc0b96d90277ec2cd7388c774c28c7d44908fb305d0e98
        be584cfbec2eb1b863c6fbb05b8e31909e28badb92438db0b42e3f2bb29ddf5478c6673f1e0344f2
        """);

    /// <summary>HoHoDk of its segments.</summary>
    public static readonly string[] V2Ids =
    [
        "7af5106ee089d150cb5ec756eaeb597e1190544cc02e438d29f352cdf8c39fee",
        "d8c9c315927a8a6495dd40a3a0f92bb5e30ca35b2a7508e445ad1ed36d8eaf02",
        "afddf6f82cc94314b8e5c0e0099533a1d75898e0e608f9f4571df1ba893744ef",
    ];

    /// <summary>Version 2: bytes 100,000 to 129,999: the last two segments.</summary>
    public static readonly byte[] V2Range = HexVector.Parse(
        """
        000204000000000000f0000000000000000001000096a0000000000000753000000000880000ea60e324edaa9593b33fa1e2
        3a3b235c14debb407739211c48ff20c7ff5480056a3def0c2b132f80d39c4d3eeea245a7eb0380616925342540543bf2d72d
        2b1bb82400006f9059bc0b96d90277ec2cd7388c774c28c7d44908fb305d0e98be584cfbec2eb1b863c6fbb05b8e31909e28
        badb92438db0b42e3f2bb29ddf5478c6673f1e0344f2
        """);

    /// <summary>Lengths of the segments of <see cref="V2"/>.</summary>
    public static readonly int[] V2Lengths = [61_440, 60_000, 28_560];

    /// <summary>The secret key of all but the Windows server's.</summary>
    public static ReadOnlySpan<byte> SecretKey => "no more secrets"u8;

    /// <summary>150,000 bytes, no two blocks of them alike.</summary>
    public static byte[] Content { get; } =
        [.. Enumerable.Range(0, 150_000).Select(i => (byte)((i * 7) + (i >> 8) + ((i >> 16) * 11) + 3))];
}
