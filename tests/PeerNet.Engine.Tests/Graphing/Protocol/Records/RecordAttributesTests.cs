using System.Collections;
using System.Globalization;
using System.Numerics;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Records;

namespace PeerNet.Engine.Tests.Graphing.Protocol.Records;

public sealed class RecordAttributesTests
{
    // MS-PPGRH 2.2.3.5
    private const string Example =
        """
        <attributes>
        <attribute name="Owner" type="string">Scott</attribute>
        <attribute name="Birthday" type="date">1972-04-04</attribute>
        <attribute name="Priority" type="int">1</attribute>
        </attributes>
        """;

    [Fact]
    public void The_example_of_the_specification_is_read()
    {
        IReadOnlyList<PeerRecordAttribute> attributes = RecordAttributes.Parse(Example);

        Assert.Equal(["Owner", "Birthday", "Priority"], attributes.Select(attribute => attribute.Name));
        Assert.Equal(
            ["Scott", new DateTimeOffset(1972, 4, 4, 0, 0, 0, TimeSpan.Zero), 1L],
            attributes.Select(attribute => attribute.Value));
        Assert.True(RecordAttributes.TryRead(Example, out IReadOnlyList<PeerRecordAttribute>? read));
        Assert.Equal(attributes, read);
    }

    [Theory]
    [InlineData("<attributes/>")]
    [InlineData("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<attributes xmlns=\"urn:x\"></attributes>")]
    [InlineData("<attributes><!-- none --></attributes>")]
    public void There_can_be_none(string xml) => Assert.Empty(RecordAttributes.Parse(xml));

    [Fact]
    public void A_name_can_come_twice_and_text_keeps_every_character()
    {
        const string xml = "<attributes><attribute name='a' type='string'> x&#xD;\n<![CDATA[<&]]>&amp; </attribute>"
            + "<attribute type='string' name='a'></attribute></attributes>";

        Assert.Equal([" x\r\n<&& ", ""], RecordAttributes.Parse(xml).Select(attribute => attribute.Text));
    }

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("attributes", 1, 1)]
    [InlineData("<attribute name='a' type='int'>1</attribute>", 1, 2)]
    [InlineData("<attributes>\n <other/></attributes>", 2, 3)]
    [InlineData("<attributes>text</attributes>", 1, 13)]
    [InlineData("<attributes><attribute type='int'>1</attribute></attributes>", 1, 14)]
    [InlineData("<attributes><attribute name='a'>1</attribute></attributes>", 1, 14)]
    [InlineData("<attributes><attribute name='a' type='int' more='1'>1</attribute></attributes>", 1, 14)]
    [InlineData("<attributes><attribute name='a' type='Int'>1</attribute></attributes>", 1, 14)]
    [InlineData("<attributes><attribute name='a' type='int'>-1</attribute></attributes>", 1, 14)]
    [InlineData("<attributes><attribute name='a' type='int'> 1</attribute></attributes>", 1, 14)]
    [InlineData("<attributes><attribute name='a' type='int'></attribute></attributes>", 1, 14)]
    [InlineData("<attributes><attribute name='a' type='int'>١</attribute></attributes>", 1, 14)]
    [InlineData("<attributes><attribute name='a' type='date'>31.1.2003</attribute></attributes>", 1, 14)]
    [InlineData("<attributes><attribute name='a' type='date'>2003-02-29</attribute></attributes>", 1, 14)]
    [InlineData("<attributes><attribute name='a_b' type='int'>1</attribute></attributes>", 1, 14)]
    [InlineData("<attributes><attribute name='' type='int'>1</attribute></attributes>", 1, 14)]
    [InlineData("<attributes><attribute name='peercreatorid' type='string'>1</attribute></attributes>", 1, 14)]
    [InlineData("<attributes><attribute name='a' type='string'><b/></attribute></attributes>", 1, 48)]
    [InlineData("<attributes><attribute name='a' type='string'>\0</attribute></attributes>", 1, 47)]
    [InlineData("<attributes></attributes>\n<more/>", 2, 2)]
    [InlineData("<!DOCTYPE a [<!ENTITY e 'x'>]><attributes/>", 1, 1)]
    public void What_is_wrong_is_told_with_its_place(string xml, int line, int column)
    {
        PeerException exception = Assert.Throws<PeerException>(() => RecordAttributes.Parse(xml));

        Assert.Equal(PeerErrors.InvalidAttributes, exception.Error);
        Assert.Equal($"line {line}, column {column}", exception.Message.Split(" at ")[1].Split(':')[0]);
        Assert.Equal(xml.Length == 0, RecordAttributes.TryRead(xml, out _));
    }

    [Fact]
    public void There_are_limits()
    {
        string one = "<attribute name=\"a\" type=\"int\">1</attribute>";
        string most = string.Concat(Enumerable.Repeat(one, RecordAttributes.MaximumCount));
        string name = new('n', AttributeNames.MaximumLength);
        string digits = new('9', AttributeValues.MaximumDigits);

        Assert.Equal(RecordAttributes.MaximumCount, RecordAttributes.Parse($"<attributes>{most}</attributes>").Count);
        Assert.Equal(
            PeerErrors.TooManyAttributes,
            Assert.Throws<PeerException>(() => RecordAttributes.Parse($"<attributes>{most}{one}</attributes>")).Error);
        PeerRecordAttribute attribute = Assert.Single(RecordAttributes.Parse(
            $"<attributes><attribute name='{name}' type='int'>{digits}</attribute></attributes>"));
        Assert.Equal(BigInteger.Parse(digits, CultureInfo.InvariantCulture), attribute.Value);
        Assert.False(RecordAttributes.TryRead($"<attributes><attribute name='{name}n' type='int'>1</attribute></attributes>", out _));
        Assert.False(RecordAttributes.TryRead($"<attributes><attribute name='a' type='int'>{digits}9</attribute></attributes>", out _));
        Assert.False(RecordAttributes.TryRead($"<attributes>{new string(' ', SafeXml.MaximumCharacters)}</attributes>", out _));
    }

    [Fact]
    public void Values_of_a_script_become_attributes_whatever_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("ar-SA");
        try
        {
            IReadOnlyList<PeerRecordAttribute> attributes = RecordAttributes.FromDictionary(new Hashtable
            {
                ["text"] = "a<b",
                ["number"] = 12345,
                ["big"] = ulong.MaxValue,
                ["real"] = 1.5,
                ["flag"] = true,
                ["day"] = new DateOnly(2003, 1, 31),
                ["moment"] = new DateTimeOffset(2003, 1, 31, 1, 30, 0, TimeSpan.FromHours(2)),
                ["guid"] = Guid.Empty,
                ["many"] = new object[] { 1, "two" },
            });

            Assert.Equal(
                [
                    "big Number 18446744073709551615", "day Date 2003-01-31", "flag Text true",
                    "guid Text 00000000-0000-0000-0000-000000000000", "many Number 1", "many Text two",
                    "moment Date 2003-01-30T23:30:00Z", "number Number 12345", "real Text 1.5", "text Text a<b",
                ],
                attributes.Select(a => $"{a.Name} {a.Type} {a.Text}").Order(StringComparer.Ordinal));
            Assert.Equal(attributes, RecordAttributes.Parse(RecordAttributes.Write(attributes)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Values_that_cannot_be_attributes_are_named()
    {
        AssertRefused(new Hashtable { ["a-b"] = 1 }, "'a-b' is no attribute name");
        AssertRefused(new Hashtable { ["peerrecordid"] = 1 }, "'peerrecordid' is no attribute name");
        AssertRefused(new Hashtable { ["a"] = -1 }, "'-1' cannot be the value of the attribute 'a'");
        AssertRefused(new Hashtable { ["a"] = null }, "attribute 'a'");
        AssertRefused(new Hashtable { ["a"] = "\0" }, "attribute 'a'");
        AssertRefused(new Hashtable { ["a"] = "\ud800" }, "attribute 'a'");
        Assert.Equal(
            PeerErrors.TooManyAttributes,
            Assert.Throws<PeerException>(() => RecordAttributes.FromDictionary(
                new Hashtable { ["a"] = Enumerable.Range(0, RecordAttributes.MaximumCount + 1).ToArray() })).Error);
    }

    [Fact]
    public void No_attributes_are_no_text() => Assert.Equal("", RecordAttributes.Write([]));

    [Theory]
    [InlineData("2003", "2003-01-01T00:00:00Z")]
    [InlineData("2003-02", "2003-02-01T00:00:00Z")]
    [InlineData("2003-02-28", "2003-02-28T00:00:00Z")]
    [InlineData("2003-02-28T18:30Z", "2003-02-28T18:30:00Z")]
    [InlineData("2003-02-28T18:30:05", "2003-02-28T18:30:05Z")]
    [InlineData("2003-02-28T18:30:05+01:00", "2003-02-28T17:30:05Z")]
    [InlineData("2003-02-28T18:30:05.1234567-01:30", "2003-02-28T20:00:05.1234567Z")]
    [InlineData("2003-2-28", null)]
    [InlineData("2003-02-328", null)]
    [InlineData("20030228", null)]
    [InlineData(" 2003", null)]
    [InlineData("2003-02-28T18", null)]
    [InlineData("2003-02-28 18:30", null)]
    [InlineData("0001-01-01T00:00+05:00", null)]
    [InlineData("", null)]
    public void Dates_follow_ISO_8601(string text, string? utc)
    {
        Assert.Equal(utc is not null, IsoDate.TryRead(text, out DateTimeOffset date));
        Assert.Equal(utc, utc is null ? null : IsoDate.Write(date));
    }

    private static void AssertRefused(Hashtable values, string message)
    {
        PeerException exception = Assert.Throws<PeerException>(() => RecordAttributes.FromDictionary(values));

        Assert.Equal(PeerErrors.InvalidAttributes, exception.Error);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    // What is read without an XML reader means the same to one: a comment behind the root has it read by one.
    [Theory]
    [InlineData("<attributes></attributes>")]
    [InlineData("<attributes><attribute name=\"a\" type=\"string\">x y</attribute></attributes>")]
    [InlineData("<attributes><attribute name=\"a\" type=\"string\"></attribute></attributes>")]
    [InlineData("<attributes><attribute name=\"a\" type=\"string\"> </attribute></attributes>")]
    [InlineData("<attributes><attribute name=\"a\" type=\"string\"> \u0085\u2028\u00e4 ' \" </attribute></attributes>")]
    [InlineData("<attributes><attribute name=\"a\" type=\"string\">]]></attribute></attributes>")]
    [InlineData("<attributes><attribute name=\"a\" type=\"string\">a&amp;b</attribute></attributes>")]
    [InlineData("<attributes><attribute name=\"a\" type=\"string\">a\r\nb</attribute></attributes>")]
    [InlineData("<attributes><attribute name=\"a\" type=\"string\">\ud83d\ude00</attribute></attributes>")]
    [InlineData("<attributes><attribute name=\"a\" type=\"string\">\ufffe</attribute></attributes>")]
    [InlineData("<attributes><attribute name=\"a\" type=\"int\">5</attribute><attribute name=\"a\" type=\"int\">6</attribute></attributes>")]
    [InlineData("<attributes><attribute name=\"a\" type=\"int\">five</attribute></attributes>")]
    [InlineData("<attributes><attribute name=\"a\" type=\"date\">2003-01-31</attribute></attributes>")]
    [InlineData("<attributes><attribute name=\"a b\" type=\"int\">5</attribute></attributes>")]
    [InlineData("<attributes><attribute name=\"\" type=\"int\">5</attribute></attributes>")]
    [InlineData("<attributes><attribute name=\"a\" type=\"none\">5</attribute></attributes>")]
    [InlineData("<attributes><attribute name=\"peerrecordid\" type=\"string\">5</attribute></attributes>")]
    [InlineData("<attributes><attribute name=\"a\" type=\"int\" more=\"b\">5</attribute></attributes>")]
    [InlineData("<attributes><attribute name=\"a\" type=\"int\">5</attribute>")]
    [InlineData("<attributes><attribute name=\"a\" type=\"int\">5")]
    [InlineData("<attributes><attribute name=\"a")]
    [InlineData("<attributes><attribute name=\"a\" type=\"int\">5</attribute></attributes>x")]
    public void Attributes_are_the_same_however_they_are_read(string xml)
    {
        bool isRead = RecordAttributes.TryRead(xml, out IReadOnlyList<PeerRecordAttribute>? attributes);
        bool isReadByReader = RecordAttributes.TryRead(xml + "<!-- -->", out IReadOnlyList<PeerRecordAttribute>? byReader);

        Assert.Equal(isReadByReader, isRead);
        Assert.Equal(byReader, attributes);
    }
}
