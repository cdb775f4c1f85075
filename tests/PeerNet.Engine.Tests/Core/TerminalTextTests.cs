using PeerNet.Engine.Core;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Core;

public sealed class TerminalTextTests
{
    public static TheoryData<string> Hostile => HostileTexts.All;

    [Theory]
    [InlineData("\u001b[31m", @"\u{1b}[31m")]
    [InlineData("a\u0007b", @"a\u{7}b")]
    [InlineData("a\rb\nc\td", @"a\u{d}b\u{a}c\u{9}d")]
    [InlineData("\u009b31m", @"\u{9b}31m")]
    [InlineData("\u202egpj.exe", @"\u{202e}gpj.exe")]
    [InlineData("\ufeff\u200b", @"\u{feff}\u{200b}")]
    [InlineData("\U000e0041", @"\u{e0041}")]
    public void What_drives_a_terminal_is_written_as_its_number(string text, string escaped)
    {
        Assert.Equal(escaped, TerminalText.Escape(text));
        Assert.False(TerminalText.IsSafe(text));
    }

    // A text of this kind cannot be in an attribute, which is stored as UTF-8.
    [Fact]
    public void So_are_lone_surrogates()
    {
        Assert.Equal(@"a\u{d83d}b\u{de00}", TerminalText.Escape("a\ud83db\ude00"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain, 'quoted' and \"quoted\"")]
    [InlineData("Ærøskøbing 東京 😀 עברית")]
    [InlineData(@"\u{1b}[31m")]
    public void Other_text_stays_as_it_is(string text)
    {
        Assert.Same(text, TerminalText.Escape(text));
        Assert.True(TerminalText.IsSafe(text));
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void An_exception_says_nothing_that_drives_a_terminal(string text)
    {
        PeerException failure = PeerErrors.NotFound.Exception($"There is no '{text}'.", text);

        Assert.True(TerminalText.IsSafe(failure.Message), failure.Message);
        Assert.Equal(text, failure.Target);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Nor_do_its_causes(string text)
    {
        var cause = new InvalidDataException("outer", new InvalidOperationException($"Received '{text}'."));

        PeerException failure = PeerErrors.ConnectionFailed.Exception("It failed.", null, cause);

        Assert.All(Chain(failure), one => Assert.True(TerminalText.IsSafe(one.Message), one.Message));
        Assert.Contains(nameof(InvalidOperationException), failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(TerminalText.Escape(text), failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cause_that_can_be_shown_stays_itself()
    {
        var cause = new IOException("The disk is full.");

        Assert.Same(cause, PeerErrors.DiskFull.Exception("The disk is full.", null, cause).InnerException);
    }

    private static IEnumerable<Exception> Chain(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            yield return failure;
        }
    }
}
