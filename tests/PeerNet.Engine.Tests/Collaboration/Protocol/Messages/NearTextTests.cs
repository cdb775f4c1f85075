using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Tests.Collaboration.Protocol.Messages;

public sealed class NearTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("Grüße, 中文 & <tags>")]
    [InlineData("\U0001F98A")]
    public void A_text_that_fits_stays_as_it_is(string text) => Assert.Equal(text, NearText.Fit(text));

    [Theory]
    [InlineData("x", 255)]
    [InlineData("中", 255)]
    [InlineData("<", 191)]
    [InlineData("&", 153)]
    [InlineData("\0", 255)]
    public void A_text_that_is_too_long_in_units_or_bytes_is_cut(string unit, int left) =>
        Assert.Equal(left, NearText.Fit(string.Concat(Enumerable.Repeat(unit, 1000))).Length);

    // 254 units of the last pair and the one before it.
    [Fact]
    public void No_surrogate_pair_is_torn_apart()
    {
        string fit = NearText.Fit("x" + string.Concat(Enumerable.Repeat("\U0001F98A", 127)) + "\U0001F98A");

        Assert.Equal(255, fit.Length);
        Assert.True(SafeXml.IsText(fit));
        Assert.Equal(254, NearText.Fit(string.Concat(Enumerable.Repeat("\U0001F98A", 128))).Length);
    }

    [Fact]
    public void Whatever_is_in_a_text_it_fits_and_stays_what_it_has_become()
    {
        for (int unit = 0; unit <= char.MaxValue; unit++)
        {
            string fit = NearText.Fit(new string((char)unit, 2));

            Assert.True(SafeXml.IsText(fit));
            Assert.Equal(fit, NearText.Fit(fit));
            Assert.Equal(2, fit.Length);
            Assert.Equal(SafeXml.IsText($"{(char)unit}"), fit[0] == unit);
        }
    }

    [Theory]
    [InlineData("&")]
    [InlineData("<")]
    [InlineData(">")]
    [InlineData("\"'")]
    [InlineData("中&")]
    public void The_bytes_are_those_of_the_XML_that_is_written(string unit)
    {
        string fit = NearText.Fit(string.Concat(Enumerable.Repeat(unit, 1000)));

        Assert.InRange(NearVectors.Bytes(WsdEnvelope.Escape(fit)).Length, 1, NearText.MaximumBytes);
    }
}
