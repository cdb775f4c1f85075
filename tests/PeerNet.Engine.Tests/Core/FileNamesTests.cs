using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Core;

public sealed class FileNamesTests
{
    [Theory]
    [InlineData("NUL")]
    [InlineData("nul.txt")]
    [InlineData("Con")]
    [InlineData("aux .x")]
    [InlineData("COM1")]
    [InlineData("lpt9.log")]
    [InlineData("COM\u00b2")]
    [InlineData("CONIN$")]
    [InlineData("dot.")]
    [InlineData("space ")]
    public void Windows_takes_some_names_for_something_else(string name)
    {
        Assert.True(FileNames.IsMisread(name));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("my.nul")]
    [InlineData("COM10")]
    [InlineData("COMA")]
    [InlineData(".hidden")]
    [InlineData("a.b.c")]
    public void Others_are_what_they_say(string name)
    {
        Assert.False(FileNames.IsMisread(name));
    }
}
