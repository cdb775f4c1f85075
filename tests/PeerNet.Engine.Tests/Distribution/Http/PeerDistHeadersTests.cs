using System.Text;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Tests.Fuzz;

namespace PeerNet.Engine.Tests.Distribution.Http;

/// <summary>MS-PCCRTP 2.2 and 3.2.5.1.</summary>
public sealed class PeerDistHeadersTests
{
    [Theory]
    [InlineData("gzip, deflate, peerdist", true)]
    [InlineData("PeerDist", true)]
    [InlineData("gzip;q=1.0,peerdist;q=0.5", true)]
    [InlineData("peerdist;q=0", false)]
    [InlineData("peerdist; Q=0.000", false)]
    [InlineData("peerdist;q=0, peerdist", false)]
    [InlineData("peerdist;q=0.001", true)]
    [InlineData("peerdist;q=much", false)]
    [InlineData("peerdist;q=-1", false)]
    [InlineData("peerdist;q=", false)]
    [InlineData("peerdist;q=0.5, identity;q=0.4", true)]
    [InlineData("peerdist, identity", true)]
    [InlineData("peerdist;q=0.5, identity", false)]
    [InlineData("identity;q=0, peerdist;q=0.1", true)]
    [InlineData("*", false)]
    [InlineData("peerdistx, xpeerdist", false)]
    [InlineData("", false)]
    public void Accept_Encoding_lists_the_coding_or_not(string value, bool expected) =>
        Assert.Equal(expected, PeerDistHeaders.AcceptsCoding([value]));

    [Theory]
    [InlineData("peerdist", true)]
    [InlineData("PEERDIST", true)]
    [InlineData("gzip", false)]
    [InlineData("gzip, peerdist", false)]
    [InlineData("", false)]
    public void Content_Encoding_is_the_coding_and_no_other_beside_it(string value, bool expected) =>
        Assert.Equal(expected, PeerDistHeaders.IsCoding([value]));

    [Theory]
    [InlineData("1.0", 1, 0)]
    [InlineData("1.23", 1, 23)]
    [InlineData("010.007", 10, 7)]
    [InlineData("99999999999999999999.1", int.MaxValue, 1)]
    public void Versions_are_two_numbers(string text, int major, int minor)
    {
        Assert.True(PeerDistVersion.TryParse(text, out PeerDistVersion? version));
        Assert.Equal(new PeerDistVersion(major, minor), version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData(".")]
    [InlineData("1.")]
    [InlineData(".1")]
    [InlineData("1 .0")]
    [InlineData("1. 0")]
    [InlineData("1.0.0")]
    [InlineData("+1.0")]
    [InlineData("-1.0")]
    [InlineData("1.x")]
    [InlineData("١.٠")]
    public void Other_text_is_no_version(string text) => Assert.False(PeerDistVersion.TryParse(text, out _));

    [Fact]
    public void Version_1_23_is_above_1_3()
    {
        Assert.True(new PeerDistVersion(1, 23).IsAtLeast(new PeerDistVersion(1, 3)));
        Assert.False(new PeerDistVersion(1, 3).IsAtLeast(new PeerDistVersion(1, 23)));
        Assert.False(new PeerDistVersion(1, 99).IsAtLeast(new PeerDistVersion(2, 0)));
    }

    [Theory]
    [InlineData("Version=1.1, ContentLength=184946", "1.1", 184946L, false)]
    [InlineData("version = 1.0 ,CONTENTLENGTH= 5 , Later=yes", "1.0", 5L, false)]
    [InlineData("Version=1.1,MissingDataRequest=true", "1.1", null, true)]
    [InlineData("Version=1.1,MissingDataRequest=TRUE", "1.1", null, true)]
    [InlineData("Version=1.1,MissingDataRequest=maybe", "1.1", null, true)]
    [InlineData("Version=1.1,MissingDataRequest=", "1.1", null, true)]
    [InlineData("Version=1.1,MissingDataRequest=false", "1.1", null, false)]
    [InlineData("Version=1 .1, ContentLength=-5", null, null, false)]
    [InlineData("ContentLength=5, ContentLength=5", null, 5L, false)]
    [InlineData("ContentLength=5, ContentLength=6", null, null, false)]
    [InlineData("ContentLength=99999999999999999999", null, null, false)]
    [InlineData(",,=,Version", null, null, false)]
    [InlineData("", null, null, false)]
    public void X_P2P_PeerDist_is_read_leniently(string value, string? version, long? length, bool isMissingData)
    {
        PeerDistParameters parameters = PeerDistParameters.Read([value])!;

        Assert.Equal(version, parameters.Version?.ToString());
        Assert.Equal(length, parameters.ContentLength);
        Assert.Equal(isMissingData, parameters.IsMissingDataRequest);
    }

    [Fact]
    public void A_header_may_come_in_several_lines()
    {
        PeerDistParameters parameters = PeerDistParameters.Read(["Version=1.1", null, "ContentLength=7"])!;

        Assert.Equal(new PeerDistParameters { Version = PeerDistVersion.V11, ContentLength = 7 }, parameters);
    }

    [Fact]
    public void A_header_that_is_not_there_has_no_parameters()
    {
        Assert.Null(PeerDistParameters.Read([]));
        Assert.Null(PeerDistExParameters.Read([]));
    }

    // The examples of MS-PCCRTP 3.1.5.1 and 4.
    [Fact]
    public void Headers_are_written_as_in_the_specification()
    {
        Assert.Equal(
            "Version=1.1, ContentLength=184946",
            new PeerDistParameters { Version = PeerDistVersion.V11, ContentLength = 184946 }.ToString());
        Assert.Equal(
            "Version=1.1, MissingDataRequest=true",
            new PeerDistParameters { Version = PeerDistVersion.V11, IsMissingDataRequest = true }.ToString());
        Assert.Equal("MakeHashRequest=true", new PeerDistExParameters { MakeHashRequest = true }.ToString());
        Assert.Equal(
            "MinContentInformation=1.0, MaxContentInformation=2.0, HashRequest=true",
            new PeerDistExParameters
            {
                MinContentInformation = PeerDistVersion.V1,
                MaxContentInformation = PeerDistVersion.V2,
                HashRequest = true,
            }.ToString());
    }

    [Theory]
    [InlineData("peerdist", "Version=1.0", null, "1.0", "V1")]
    [InlineData("peerdist", "Version=1.0", "MinContentInformation=1.0, MaxContentInformation=2.0", "1.0", "V1")]
    [InlineData("peerdist", "Version=1.1", null, "1.1", "V1")]
    [InlineData("peerdist", "Version=1.1", "Other=1", "1.1", "V1")]
    [InlineData("peerdist", "Version=1.1", "MinContentInformation=1.0, MaxContentInformation=1.0", "1.1", "V1")]
    [InlineData("peerdist", "Version=1.1", "MinContentInformation=1.0, MaxContentInformation=2.0", "1.1", "V2,V1")]
    [InlineData("peerdist", "Version=1.23", "mincontentinformation=1.0,MAXCONTENTINFORMATION=2.0", "1.1", "V2,V1")]
    [InlineData("peerdist", "Version=1.1", "MinContentInformation=2.0, MaxContentInformation=2.0", "1.1", "V2")]
    [InlineData("peerdist", "Version=1.1", "MinContentInformation=1.0, MaxContentInformation=1.5", "1.1", "V1")]
    [InlineData("peerdist", "Version=1.1", "MinContentInformation=1.0, MaxContentInformation=3.0", null, null)]
    [InlineData("peerdist", "Version=1.1", "MinContentInformation=0.9, MaxContentInformation=1.0", null, null)]
    [InlineData("peerdist", "Version=1.1", "MinContentInformation=2.0, MaxContentInformation=1.0", null, null)]
    [InlineData("peerdist", "Version=1.1", "MinContentInformation=1.1, MaxContentInformation=1.9", null, null)]
    [InlineData("peerdist", "Version=1.1", "MinContentInformation=one, MaxContentInformation=2.0", null, null)]
    [InlineData("peerdist", "Version=1.1", "MinContentInformation=1.0, MaxContentInformation=2 .0", null, null)]
    [InlineData("peerdist", "Version=1,1", "MinContentInformation=1.0, MaxContentInformation=2.0", null, null)]
    [InlineData("peerdist", "Version 1.1", "MinContentInformation 1.0", null, null)]
    [InlineData("peerdist", "Version=2.0", null, null, null)]
    [InlineData("peerdist", "Version=0.9", null, null, null)]
    [InlineData("peerdist", "ContentLength=1", null, null, null)]
    [InlineData("peerdist", null, null, null, null)]
    [InlineData("gzip", "Version=1.1", null, null, null)]
    [InlineData("gzip", "Version=1.1", "HashRequest=true", null, null)]
    [InlineData(null, "Version=1.1", null, null, null)]
    [InlineData(null, "Version=1.1", "MinContentInformation=1.0, MaxContentInformation=2.0, HashRequest=true", "1.1", "V2,V1")]
    [InlineData("peerdist", "Version=1.1, MissingDataRequest=true", null, null, null)]
    public void A_request_says_what_it_may_be_answered_with(
        string? accepted, string? parameters, string? extended, string? encoding, string? versions)
    {
        PeerDistOffer? offer = PeerDistOffer.Read(
            accepted is null ? [] : [accepted],
            PeerDistParameters.Read(parameters is null ? [] : [parameters]),
            PeerDistExParameters.Read(extended is null ? [] : [extended]));

        Assert.Equal(encoding, offer?.Encoding.ToString());
        Assert.Equal(versions, offer is null ? null : string.Join(',', offer.Versions));
    }

    [Fact]
    public void Damaged_headers_never_throw_and_what_is_read_can_be_written_and_read_again()
    {
        var chance = new SeededBytes();
        byte[] model = Encoding.ASCII.GetBytes(
            "Version=1.1, ContentLength=184946, MissingDataRequest=true, MinContentInformation=1.0, "
            + "MaxContentInformation=2.0, HashRequest=true, MakeHashRequest=true");
        byte[] damaged = new byte[model.Length + 200];
        for (int i = 0; i < 1_000_000; i++)
        {
            string value = Encoding.Latin1.GetString(damaged, 0, chance.Mutate(model, damaged));
            PeerDistParameters parameters = PeerDistParameters.Read([value])!;
            PeerDistExParameters extended = PeerDistExParameters.Read([value])!;
            PeerDistOffer.Read([value], parameters, extended);

            bool isSame = parameters == PeerDistParameters.Read([parameters.ToString()])
                && extended with { IsMalformed = false } == PeerDistExParameters.Read([extended.ToString()]);
            Assert.True(isSame, $"seed {chance.Seed}: {value}");
        }
    }
}
