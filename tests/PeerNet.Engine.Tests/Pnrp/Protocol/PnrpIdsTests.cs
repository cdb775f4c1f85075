using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Vectors;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>The P2P IDs were computed by another implementation of the hashes, from the formula of MS-PNRP 3.1.4.4.1.</summary>
public class PnrpIdsTests
{
    [Theory]
    [InlineData(PeerSuite.Windows, "0.MyApplication", "7775c82766bfb84e1ca6276fe033d797")]
    [InlineData(PeerSuite.Windows, "0.ä€𝄞", "ffad991115e794b7f10c36ed8d189b3e")]
    [InlineData(PeerSuite.Modern, "0.MyApplication", "84f0875ca571304a5564f748a8f1dc74")]
    [InlineData(PeerSuite.Modern, "0.ä€𝄞", "0bf7e92751da382425c6d7bcf9c2747c")]
    [InlineData(PeerSuite.Windows, WindowsCpaVectors.Authority + ".fish", WindowsCpaVectors.P2PId)]
    [InlineData(PeerSuite.Windows, WindowsCpaVectors.Authority + ".", "446fa5a8830a5a435d3eac5d9c4a76e8")]
    [InlineData(PeerSuite.Modern, ModernCpaVectors.Authority + ".fish", ModernCpaVectors.P2PId)]
    [InlineData(PeerSuite.Modern, ModernCpaVectors.Authority + ".", "d82405eea5716dafbe2b09856342d202")]
    public void P2P_ids(PeerSuite suite, string name, string expected) => Assert.Equal(
        expected, P2PIds.Create(SuiteAlgorithms.For(suite), CpaVectors.Parse(name)).ToString());

    [Theory]
    [InlineData(PeerSuite.Windows, "ab4a1b6c8cb6b2617f6a80fb8be0c57c")]
    [InlineData(PeerSuite.Modern, "90e4029b64680100b4a57db9c8cc64a9")]
    public void The_longest_classifier_has_an_id(PeerSuite suite, string expected) => Assert.Equal(
        expected,
        P2PIds.Create(SuiteAlgorithms.For(suite), CpaVectors.Parse("0." + new string('x', 149))).ToString());

    [Theory]
    [InlineData(PeerSuite.Windows)]
    [InlineData(PeerSuite.Modern)]
    public void An_authority_is_the_hash_of_the_subject_public_key_info(PeerSuite suite)
    {
        using PeerPrivateKey key = CpaVectors.For(suite).OpenKey();

        Assert.Equal(CpaVectors.For(suite).Authority, key.PublicKey.ToString());
    }

    [Fact]
    public void The_service_location_is_prefix_then_suffix() => Assert.Equal(
        "0000000000000001" + "8000000000000000",
        PnrpIds.Create(SuiteAlgorithms.Modern, CpaVectors.Parse("0.x"), 1, 0x8000000000000000).ToString()[32..]);
}
