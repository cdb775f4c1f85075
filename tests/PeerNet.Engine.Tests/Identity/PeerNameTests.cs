using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Identity;

public sealed class PeerNameTests
{
    private const string Digits = "0123456789abcdef0123456789abcdef01234567";
    private const string Letters = "abcdef0123456789abcdef0123456789abcdef01";

    [Theory]
    [InlineData("0.")]
    [InlineData("0.a")]
    [InlineData("0.a.b")]
    [InlineData(Digits + ".")]
    [InlineData(Digits + ".ä 😀.\u0001")]
    public void A_name_reads_and_prints_the_same(string text)
    {
        PeerName name = PeerName.Parse(text);
        Assert.Equal(text, name.Value);
        Assert.Equal(text, name.ToString());
        Assert.Equal(text[0] != '0' || text[1] != '.', name.IsSecure);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData(".a")]
    [InlineData("1.a")]
    [InlineData("00.a")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF01234567.a")]
    [InlineData("0123456789abcdef0123456789abcdef0123456.a")]
    [InlineData("0123456789abcdef0123456789abcdef012345678.a")]
    [InlineData("0123456789abcdef0123456789abcdef0123456g.a")]
    [InlineData("0.a\0b")]
    public void What_the_grammar_does_not_allow_is_no_name(string? text)
    {
        Assert.False(PeerName.TryParse(text, out _));
        PeerException exception = Assert.Throws<PeerException>(() => PeerName.Parse(text));
        Assert.Equal(PeerErrors.InvalidPeerName, exception.Error);
        Assert.Equal(text, exception.Target);
    }

    [Fact]
    public void A_name_shows_where_each_suite_looks_for_it()
    {
        PeerName name = PeerName.CreateUnsecured("MyApplication");

        Assert.Equal("84f0875ca571304a5564f748a8f1dc74", name.P2PId);
        Assert.Equal("7775c82766bfb84e1ca6276fe033d797", name.GetP2PId(PeerSuite.Windows));
    }

    [Fact]
    public void A_classifier_has_at_most_149_characters()
    {
        Assert.Equal(149, PeerName.CreateUnsecured(new string('x', 149)).Classifier.Length);
        Assert.Equal(
            PeerErrors.ClassifierTooLong,
            Assert.Throws<PeerException>(() => PeerName.CreateUnsecured(new string('x', 150))).Error);
        Assert.False(PeerName.TryParse("0." + new string('x', 150), out _));
    }

    [Fact]
    public void A_classifier_has_no_NUL()
    {
        Assert.Equal(
            PeerErrors.InvalidClassifier, Assert.Throws<PeerException>(() => PeerName.CreateUnsecured("a\0")).Error);
    }

    // The generator of P-256 as a key: SHA-256 over the hand-made SubjectPublicKeyInfo, its first 20 bytes.
    [Fact]
    public void The_authority_of_a_P256_key_is_the_start_of_a_SHA256()
    {
        byte[] info = Convert.FromHexString(
            "3059301306072a8648ce3d020106082a8648ce3d030107034200"
            + "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
            + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
        Assert.True(PeerPublicKey.TryReadSubjectPublicKeyInfo(SuiteAlgorithms.Modern, info, out PeerPublicKey? key));

        Assert.Equal("5cd252fb0ce8932436faf8ccd1040981b89ee4ad.files", PeerName.CreateSecure(key, "files").Value);
    }

    // A modulus of 2^1023 + 1 and the exponent 65537: SHA-1 over the hand-made SubjectPublicKeyInfo.
    [Fact]
    public void The_authority_of_an_RSA_key_is_a_SHA1()
    {
        byte[] info = Convert.FromHexString(
            "30819f300d06092a864886f70d010101050003818d0030818902818100"
            + "80" + new string('0', 252) + "01" + "0203010001");
        Assert.True(PeerPublicKey.TryReadSubjectPublicKeyInfo(SuiteAlgorithms.Windows, info, out PeerPublicKey? key));

        Assert.Equal("9e3bba299fa0c0aa2edaf397207c4c12cccdd59c.files", PeerName.CreateSecure(key, "files").Value);
    }

    [Theory]
    [InlineData("0.files", "files.pnrp.net")]
    [InlineData("0.a.b-c.D", "a.b-c.D.pnrp.net")]
    [InlineData(Digits + ".files", "files.p" + Digits + ".pnrp.net")]
    [InlineData(Digits + ".", "p" + Digits + ".pnrp.net")]
    [InlineData(Letters + ".files", "files." + Letters + ".pnrp.net")]
    [InlineData("0.bücher", "xn--bcher-kva.pnrp.net")]
    [InlineData("0.Bücher.x", "xn--Bcher-kva.x.pnrp.net")]
    [InlineData("0.他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye.pnrp.net")]
    [InlineData("0.3年B組金八先生", "xn--3B-ww4c5e180e575a65lsy2b.pnrp.net")]
    [InlineData("0.そのスピードで", "xn--d9juau41awczczp.pnrp.net")]
    public void Names_convert_to_host_names_and_back(string name, string hostName)
    {
        Assert.Equal(hostName, PeerName.Parse(name).ToHostName());
        Assert.Equal(name, PeerName.ParseHostName(hostName).Value);
    }

    [Theory]
    [InlineData("0.")]
    [InlineData("0.a b")]
    [InlineData("0.a_b")]
    [InlineData("0.-a")]
    [InlineData("0.a-")]
    [InlineData("0.a..b")]
    [InlineData("0.xn--bcher-kva")]
    [InlineData("0.ü x")]
    [InlineData("0.a.p" + Digits)]
    [InlineData("0.1234567890123456789012345678901234567890123456789012345678901234")]
    public void What_the_way_back_does_not_lead_to_has_no_host_name(string name)
    {
        PeerException exception = Assert.Throws<PeerException>(() => PeerName.Parse(name).ToHostName());
        Assert.Equal(PeerErrors.CannotConvertPeerName, exception.Error);
        Assert.Equal(name, exception.Target);
    }

    [Fact]
    public void Half_a_surrogate_pair_has_no_host_name()
    {
        Assert.Throws<PeerException>(() => PeerName.CreateUnsecured("\ud83d").ToHostName());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("pnrp.net")]
    [InlineData(".pnrp.net")]
    [InlineData("a.pnrp.org")]
    [InlineData("apnrp.net")]
    [InlineData("a..pnrp.net")]
    [InlineData("a_b.pnrp.net")]
    [InlineData("xn--.pnrp.net")]
    [InlineData("xn--99999999999999.pnrp.net")]
    [InlineData("a.pnrp.net.")]
    public void Other_host_names_stand_for_no_peer(string? hostName)
    {
        Assert.False(PeerName.TryParseHostName(hostName, out _));
        Assert.Equal(
            PeerErrors.InvalidPeerHostName,
            Assert.Throws<PeerException>(() => PeerName.ParseHostName(hostName)).Error);
    }

    [Fact]
    public void Case_in_the_domain_and_the_authority_does_not_matter()
    {
        PeerName name = PeerName.ParseHostName("Files.P" + Digits.ToUpperInvariant() + ".PNRP.Net");
        Assert.Equal(Digits + ".Files", name.Value);
    }

    [Fact]
    public void Random_host_names_never_throw_and_names_that_convert_come_back()
    {
        Random random = new(4711);
        const string Alphabet = "abzAZ09-.xn--pü😀_ \ud83d";
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(70)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            if (PeerName.TryParseHostName(text + ".pnrp.net", out PeerName? name))
            {
                Assert.True(PeerName.TryParse(name.Value, out _));
            }

            if (PeerHostName.TryEncode(PeerName.CreateUnsecured(text), out string? hostName))
            {
                Assert.Equal("0." + text, PeerName.ParseHostName(hostName).Value);
            }
        }
    }
}
