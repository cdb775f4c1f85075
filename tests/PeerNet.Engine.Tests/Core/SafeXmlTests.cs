using System.Xml.Linq;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Core;

public sealed class SafeXmlTests
{
    [Fact]
    public void A_plain_document_is_read()
    {
        Assert.True(SafeXml.TryRead("<A VERSION=\"1.0\"><B>text</B></A>", out XElement? root));
        Assert.Equal("text", (string?)root.Element("B"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("<A>")]
    [InlineData("<A></B>")]
    [InlineData("<!DOCTYPE A><A/>")]
    [InlineData("<!DOCTYPE A [<!ENTITY e \"x\">]><A>&e;</A>")]
    [InlineData("<!DOCTYPE A SYSTEM \"file:///etc/passwd\"><A/>")]
    [InlineData("<A>&e;</A>")]
    public void What_is_not_well_formed_or_has_a_document_type_is_refused(string? text)
    {
        Assert.False(SafeXml.TryRead(text, out _));
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    [InlineData(10_000, false)]
    public void Elements_nest_32_deep_at_most(int depth, bool isRead)
    {
        string text = string.Concat(Enumerable.Repeat("<A>", depth)) + string.Concat(Enumerable.Repeat("</A>", depth));
        Assert.Equal(isRead, SafeXml.TryRead(text, out _));
    }

    [Theory]
    [InlineData(1024 * 1024, true)]
    [InlineData((1024 * 1024) + 1, false)]
    public void A_document_has_a_megabyte_at_most(int length, bool isRead)
    {
        string text = "<A>" + new string('x', length - 7) + "</A>";
        Assert.Equal(isRead, SafeXml.TryRead(text, out _));
    }

    [Theory]
    [InlineData("plain", true)]
    [InlineData("😀", true)]
    [InlineData("a\rb", false)]
    [InlineData("\u001b[31m", false)]
    [InlineData("\uffff", false)]
    public void Text_is_well_formed_and_without_controls(string text, bool isText)
    {
        Assert.Equal(isText, SafeXml.IsText(text));
    }

    // Attributes cannot hold these: they are stored as UTF-8.
    [Fact]
    public void Half_a_surrogate_pair_is_no_text()
    {
        Assert.False(SafeXml.IsText("\ud83d"));
        Assert.False(SafeXml.IsText("a\udc00"));
        Assert.False(SafeXml.IsText("\ude00\ud83d"));
    }
}
