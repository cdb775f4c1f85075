using System.Text.RegularExpressions;
using PeerNet.Engine.Graphing.Search;
using PeerNet.Engine.Tests.Fuzz;

namespace PeerNet.Engine.Tests.Graphing.Search;

public sealed class SearchPatternTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("*", "", true)]
    [InlineData("?", "", false)]
    [InlineData("James P*", "James Peters", true)]
    [InlineData("James P*", "james peters", false)]
    [InlineData("data-0?.xml", "data-01.xml", true)]
    [InlineData("data-0?.xml", "data-0.xml", false)]
    [InlineData("\\*\\?\\\\", "*?\\", true)]
    [InlineData("\\*", "x", false)]
    [InlineData("*a*b", "xaxbab", true)]
    [InlineData("a*b*c", "abcbd", false)]
    [InlineData("?*", "\n", true)]
    public void Texts_match(string pattern, string text, bool isMatch) =>
        Assert.Equal(isMatch, SearchPattern.TryParse(pattern)!.Matches(text));

    [Theory]
    [InlineData("\\")]
    [InlineData("a\\b")]
    [InlineData("\\\\\\")]
    public void A_backslash_stands_before_what_it_escapes(string pattern) => Assert.Null(SearchPattern.TryParse(pattern));

    [Fact]
    public void Any_text_can_be_quoted()
    {
        SearchPattern pattern = SearchPattern.TryParse(SearchPattern.Quote("a*?\\"))!;

        Assert.Equal((false, "a*?\\"), (pattern.HasWildcards, pattern.Prefix));
    }

    [Fact]
    public void It_agrees_with_regular_expressions()
    {
        var random = new SeededBytes();
        for (int i = 0; i < 20_000; i++)
        {
            string pattern = Letters(random, "ab*?");
            string text = Letters(random, "ab");
            string expression = $"\\A{Regex.Escape(pattern).Replace("\\*", ".*").Replace("\\?", ".")}\\z";

            Assert.True(
                Regex.IsMatch(text, expression, RegexOptions.Singleline) == SearchPattern.TryParse(pattern)!.Matches(text),
                $"Seed {random.Seed}: '{pattern}' and '{text}'.");
        }
    }

    // Where each run tries every place anew, this would not end.
    [Fact]
    public void Many_wildcards_do_not_take_exponential_time()
    {
        SearchPattern pattern = SearchPattern.TryParse(string.Concat(Enumerable.Repeat("*a", 200)) + "b")!;

        Assert.False(pattern.Matches(new string('a', 10_000)));
    }

    private static string Letters(SeededBytes random, string alphabet) =>
        string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => alphabet[random.Next(alphabet.Length)]));
}
