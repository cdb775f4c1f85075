using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Distribution.Retrieval.Protocol.Messages;

public sealed class SegmentAgesTests
{
    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(2, 1_000)]
    [InlineData(3, 100)]
    [InlineData(4, 10)]
    public void Every_unit_is_read(byte unit, int hundredths)
    {
        Assert.True(SegmentAges.TryRead([0, 1, unit, 1, 7, 100, 0, 0], out SegmentAges? ages));
        Assert.Equal(new SegmentAge(7, TimeSpan.FromMilliseconds(10L * hundredths)), Assert.Single(ages!.Ages));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("000103")]
    [InlineData("00020300")]
    [InlineData("00010000")]
    [InlineData("00010500")]
    [InlineData("00010301000000")]
    [InlineData("000103FF00000000")]
    public void A_blob_that_is_too_short_or_of_another_version_or_unit_is_invalid(string blob) =>
        Assert.False(SegmentAges.TryRead(Convert.FromHexString(blob), out _));

    [Fact]
    public void What_follows_the_ages_is_ignored()
    {
        Assert.True(SegmentAges.TryRead([0, 1, 3, 0, 99, 99], out SegmentAges? ages));
        Assert.Empty(ages!.Ages);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(46 * 60, 3)]
    [InlineData(47 * 60, 2)]
    [InlineData(30 * 24 * 60, 1)]
    [InlineData(365 * 24 * 60, 1)]
    public void The_unit_is_a_hundredth_of_a_second_until_the_oldest_age_needs_a_coarser_one(int minutes, byte unit)
    {
        var age = new SegmentAge(1, TimeSpan.FromMinutes(minutes));
        byte[] blob = Write(new SegmentAges([new SegmentAge(0, TimeSpan.Zero), age]));

        Assert.Equal(unit, blob[2]);
        Assert.True(SegmentAges.TryRead(blob, out SegmentAges? read));
        TimeSpan longest = TimeSpan.FromSeconds(0xFF_FFFF);
        Assert.Equal(age.Age < longest ? age.Age : longest, read!.Ages[1].Age);
    }

    private static byte[] Write(SegmentAges ages)
    {
        byte[] blob = new byte[ages.WireLength];
        var writer = new WireWriter(blob);
        ages.Write(ref writer);
        return blob;
    }
}
