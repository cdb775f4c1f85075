using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Search;

namespace PeerNet.Engine.Tests.Graphing.Search;

public sealed class SearchFilterTests
{
    [Theory]
    [InlineData("Owner -eq 'Scott'", "(Owner string equal 'Scott')")]
    [InlineData("owner -EQ \"it's\"", "(owner string equal 'it's')")]
    [InlineData("a -eq 'it''s'", "(a string equal 'it's')")]
    [InlineData("a -eq ''", "(a string equal '')")]
    [InlineData("a -ne 5", "(a int notequal '5')")]
    [InlineData("a -ge 2003-01-31", "(a date greaterorequal '2003-01-31')")]
    [InlineData("a -lt 2003-01-31T18:30:00.5+01:00", "(a date less '2003-01-31T18:30:00.5+01:00')")]
    [InlineData("a -gt [datetime]'2003'", "(a date greater '2003')")]
    [InlineData("a -le [ Int ] '7'", "(a int lessorequal '7')")]
    [InlineData("a -eq [string]7", "(a string equal '7')")]
    [InlineData("peercreationtime -gt '2003'", "(peercreationtime date greater '2003')")]
    [InlineData("peercreatorid -eq 5", "(peercreatorid string equal '5')")]
    [InlineData("peercreationtime -gt 2003", "(peercreationtime date greater '2003')")]
    [InlineData("a -like 'x*\\*?'", "(a string equal 'x*\\*?')")]
    [InlineData("a -notlike '*'", "(a string notequal '*')")]
    [InlineData("a -eq 'x*?\\'", "(a string equal 'x\\*\\?\\\\')")]
    [InlineData("a -gt 'x*'", "(a string greater 'x\\*')")]
    [InlineData("(a -eq 1)", "(a int equal '1')")]
    [InlineData("a -eq 1 -and b -eq 2 -AND c -eq 3", "and[(a int equal '1') (b int equal '2') (c int equal '3')]")]
    [InlineData("a -eq 1 -and b -eq 2 -or c -eq 3", "or[and[(a int equal '1') (b int equal '2')] (c int equal '3')]")]
    [InlineData("a -eq 1 -or b -eq 2 -and c -eq 3", "and[or[(a int equal '1') (b int equal '2')] (c int equal '3')]")]
    [InlineData("a -eq 1 -or (b -eq 2 -and c -eq 3)", "or[(a int equal '1') and[(b int equal '2') (c int equal '3')]]")]
    [InlineData("\t( ( a -eq'1' ) )\n", "(a string equal '1')")]
    public void A_filter_becomes_a_search(string filter, string tree)
    {
        SearchQuery query = SearchQuery.ParseFilter(filter);

        Assert.Equal(tree, Describe(query.Root));
        Assert.Equal(tree, Describe(SearchQuery.ParseXml(query.ToXml()).Root));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("  ", 3)]
    [InlineData("a", 2)]
    [InlineData("a -eq", 6)]
    [InlineData("a -eq -5", 7)]
    [InlineData("a -eq 'x", 7)]
    [InlineData("a -eq x", 7)]
    [InlineData("a -eq $x", 7)]
    [InlineData("a -eq (Get-Date)", 7)]
    [InlineData("a -eq {1}", 7)]
    [InlineData("a -eq 1; b", 8)]
    [InlineData("a -eq 1 b -eq 2", 9)]
    [InlineData("a -eq 1 -and", 13)]
    [InlineData("a -eq 1 -xor b -eq 2", 9)]
    [InlineData("-not (a -eq 1)", 1)]
    [InlineData("a -match 'x'", 3)]
    [InlineData("a -like 5", 9)]
    [InlineData("a -like 'x\\y'", 9)]
    [InlineData("a_b -eq 1", 2)]
    [InlineData("a.b -eq 1", 1)]
    [InlineData("'a' -eq 1", 1)]
    [InlineData("(a -eq 1", 9)]
    [InlineData("a -eq 1)", 8)]
    [InlineData("()", 2)]
    [InlineData("a -eq [guid]'x'", 7)]
    [InlineData("a -eq [int'x'", 7)]
    [InlineData("a -eq [int]'x'", 12)]
    [InlineData("a -eq [datetime]'31.1.2003'", 17)]
    [InlineData("a -eq [int]", 12)]
    [InlineData("peercreationtime -eq 'yesterday'", 22)]
    [InlineData("a -eq '\0'", 7)]
    public void What_is_wrong_is_told_with_its_column(string filter, int column)
    {
        PeerException exception = Assert.Throws<PeerException>(() => SearchQuery.ParseFilter(filter));

        Assert.Equal(PeerErrors.InvalidSearch, exception.Error);
        Assert.StartsWith($"The filter is not valid at column {column}:", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_limits()
    {
        string many = string.Join(" -or ", Enumerable.Repeat("a -eq 1", SearchQuery.MaximumClauses));
        SearchQuery.ParseFilter(many);
        AssertRefused(many + " -or a -eq 1");
        SearchQuery.ParseFilter(Nest(SearchQuery.MaximumDepth - 1));
        AssertRefused(Nest(SearchQuery.MaximumDepth));
        AssertRefused(Nest(SearchFilterParser.MaximumLength / 3));
        AssertRefused($"a -eq '{new string('x', SearchFilterParser.MaximumLength)}'");
    }

    private static string Nest(int depth) => $"{new string('(', depth)}a -eq 1{new string(')', depth)}";

    private static void AssertRefused(string filter) =>
        Assert.Equal(PeerErrors.InvalidSearch, Assert.Throws<PeerException>(() => SearchQuery.ParseFilter(filter)).Error);

    private static string Describe(SearchNode node) => node switch
    {
        SearchGroup group => $"{(group.IsAll ? "and" : "or")}[{string.Join(' ', group.Children.Select(Describe))}]",
        SearchClause clause => $"({clause.Name} {PeerNet.Engine.Graphing.Protocol.Records.AttributeValues.GetName(clause.Type)} "
            + $"{SearchXmlNames.GetName(clause.Comparison)} '{clause.Value}')",
        _ => "",
    };
}
