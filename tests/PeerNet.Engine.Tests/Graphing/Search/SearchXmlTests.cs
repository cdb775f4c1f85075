using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Search;

namespace PeerNet.Engine.Tests.Graphing.Search;

public sealed class SearchXmlTests
{
    private const string Clause = "<clause attrib=\"a\" type=\"string\" compare=\"equal\">x</clause>";

    // Peer-to-Peer SDK, "Record Search Query Format".
    [Fact]
    public void A_nested_search_of_the_SDK_is_read()
    {
        SearchQuery query = SearchQuery.ParseXml(
            """
            <?xml version="1.0" encoding="utf-8" ?>
            <peersearch xmlns:xs="http://www.w3.org/2001/XMLSchema">
               <or>
                  <clause attrib="peercreatorid" type="string" compare="equal">James Peters</clause>
                  <and>
                     <clause attrib="peerlastmodificationtime" type="date" compare="greater">2003-01-31</clause>
                     <clause attrib="peerlastmodificationtime" type="date" compare="less">2003-02-28</clause>
                  </and>
               </or>
            </peersearch>
            """);

        Assert.Equal(
            "<peersearch><or><clause attrib=\"peercreatorid\" type=\"string\" compare=\"equal\">James Peters</clause>"
            + "<and><clause attrib=\"peerlastmodificationtime\" type=\"date\" compare=\"greater\">2003-01-31</clause>"
            + "<clause attrib=\"peerlastmodificationtime\" type=\"date\" compare=\"less\">2003-02-28</clause></and></or></peersearch>",
            query.ToXml());
    }

    [Theory]
    [InlineData(Clause)]
    [InlineData("<and>" + Clause + "</and>")]
    [InlineData("<or>" + Clause + Clause + "<and>" + Clause + "</and></or>")]
    [InlineData("<clause attrib=\"a\" type=\"string\" compare=\"notequal\"> a\\*b*?&lt;\\\\ </clause>")]
    [InlineData("<clause attrib=\"a\" type=\"int\" compare=\"lessorequal\">0012</clause>")]
    [InlineData("<clause attrib=\"a\" type=\"date\" compare=\"greaterorequal\">2003-01-31T18:30Z</clause>")]
    [InlineData("<clause attrib=\"peerrecordid\" type=\"string\" compare=\"equal\">*</clause>")]
    public void What_is_written_is_what_was_read(string inner)
    {
        string xml = $"<peersearch>{inner}</peersearch>";

        Assert.Equal(xml, SearchQuery.ParseXml(xml).ToXml());
    }

    [Fact]
    public void A_comparison_that_is_left_out_is_equality_and_namespaces_do_not_matter() => Assert.Equal(
        $"<peersearch>{Clause}</peersearch>",
        SearchQuery.ParseXml(
            "<peersearch xmlns='urn:x'><clause xmlns:y='urn:y' type='string' attrib='a'>x</clause></peersearch>").ToXml());

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("peersearch", 1, 1)]
    [InlineData("<search/>", 1, 2)]
    [InlineData("<peersearch/>", 1, 2)]
    [InlineData("<peersearch></peersearch>", 1, 2)]
    [InlineData("<peersearch>x</peersearch>", 1, 13)]
    [InlineData("\n<peersearch>" + Clause + Clause + "</peersearch>", 2, 2)]
    [InlineData("<peersearch>\n  <and/></peersearch>", 2, 4)]
    [InlineData("<peersearch>\n  <or>\n</or></peersearch>", 2, 4)]
    [InlineData("<peersearch><and>" + Clause + "x</and></peersearch>", 1, 77)]
    [InlineData("<peersearch><not>" + Clause + "</not></peersearch>", 1, 14)]
    [InlineData("<peersearch><clause attrib='a' type='string'>x<and/></clause></peersearch>", 1, 48)]
    [InlineData("<peersearch><clause type='string'>x</clause></peersearch>", 1, 14)]
    [InlineData("<peersearch><clause attrib='a'>x</clause></peersearch>", 1, 14)]
    [InlineData("<peersearch><clause attrib='a' type='text'>x</clause></peersearch>", 1, 32)]
    [InlineData("<peersearch><clause attrib='a' type='int' compare='like'>1</clause></peersearch>", 1, 43)]
    [InlineData("<peersearch><clause attrib='a' type='int' comparison='equal'>1</clause></peersearch>", 1, 43)]
    [InlineData("<peersearch><clause attrib='a b' type='int'>1</clause></peersearch>", 1, 14)]
    [InlineData("<peersearch><clause attrib='a' type='int'>x</clause></peersearch>", 1, 14)]
    [InlineData("<peersearch><clause attrib='a' type='int'>1*</clause></peersearch>", 1, 14)]
    [InlineData("<peersearch><clause attrib='a' type='date'>2003-02-328</clause></peersearch>", 1, 14)]
    [InlineData("<peersearch><clause attrib='peercreationtime' type='string'>x</clause></peersearch>", 1, 14)]
    [InlineData("<peersearch><clause attrib='peercreatorid' type='date'>2003</clause></peersearch>", 1, 14)]
    [InlineData("<peersearch><clause attrib='a' type='string'>\\x</clause></peersearch>", 1, 14)]
    [InlineData("<peersearch><clause attrib='a' type='string'>x\\</clause></peersearch>", 1, 14)]
    [InlineData("<peersearch><clause attrib='a' type='string' compare='less'>x*</clause></peersearch>", 1, 14)]
    [InlineData("<peersearch>" + Clause + "</peersearch><more/>", 1, 86)]
    [InlineData("<!DOCTYPE p []><peersearch>" + Clause + "</peersearch>", 1, 1)]
    public void What_is_wrong_is_told_with_its_place(string xml, int line, int column)
    {
        PeerException exception = Assert.Throws<PeerException>(() => SearchQuery.ParseXml(xml));

        Assert.Equal(PeerErrors.InvalidSearch, exception.Error);
        Assert.Equal($"line {line}, column {column}", exception.Message.Split(" at ")[1].Split(':')[0]);
    }

    [Fact]
    public void There_are_limits()
    {
        SearchQuery.ParseXml(Nest(SearchQuery.MaximumDepth - 1));
        AssertRefused(Nest(SearchQuery.MaximumDepth));
        AssertRefused(Nest(10_000));
        SearchQuery.ParseXml($"<peersearch><or>{Repeat(SearchQuery.MaximumClauses)}</or></peersearch>");
        AssertRefused($"<peersearch><or>{Repeat(SearchQuery.MaximumClauses + 1)}</or></peersearch>");
        AssertRefused($"<peersearch>{Clause}{new string(' ', SafeXml.MaximumCharacters)}</peersearch>");
    }

    private static void AssertRefused(string xml) =>
        Assert.Equal(PeerErrors.InvalidSearch, Assert.Throws<PeerException>(() => SearchQuery.ParseXml(xml)).Error);

    private static string Repeat(int count) => string.Concat(Enumerable.Repeat(Clause, count));

    private static string Nest(int depth)
    {
        string open = string.Concat(Enumerable.Repeat("<and>", depth));
        return $"<peersearch>{open}{Clause}{open.Replace("<", "</", StringComparison.Ordinal)}</peersearch>";
    }
}
