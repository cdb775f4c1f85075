using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Tests.Storage;

/// <summary>What Windows needs where a scanner has the file open that is to be replaced.</summary>
public sealed class FileReplacementTests
{
    private readonly List<TimeSpan> _pauses = [];

    public static TheoryData<Exception> Passing { get; } =
    [
        new UnauthorizedAccessException(),
        new IOException("in use", unchecked((int)0x80070020)),
        new IOException("locked", unchecked((int)0x80070021)),
    ];

    [Theory]
    [MemberData(nameof(Passing))]
    public void It_is_tried_again_until_the_scanner_lets_go(Exception failure)
    {
        int calls = 0;

        FileReplacement.Persist(
            () =>
            {
                if (++calls < 4)
                {
                    throw failure;
                }
            },
            _pauses.Add);

        Assert.Equal(4, calls);
        Assert.Equal([4, 8, 16], _pauses.Select(pause => pause.TotalMilliseconds));
    }

    [Fact]
    public void After_a_second_it_is_told()
    {
        Assert.Throws<UnauthorizedAccessException>(
            () => FileReplacement.Persist(() => throw new UnauthorizedAccessException(), _pauses.Add));

        Assert.InRange(_pauses.Sum(pause => pause.TotalMilliseconds), 500, 2000);
    }

    [Fact]
    public void Other_failures_are_told_at_once()
    {
        Assert.Throws<DirectoryNotFoundException>(
            () => FileReplacement.Persist(() => throw new DirectoryNotFoundException(), _pauses.Add));

        Assert.Empty(_pauses);
    }

    [Fact]
    public void A_file_takes_the_place_of_another()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Combine("new"), "new");
        File.WriteAllText(folder.Combine("old"), "old");

        Assert.Throws<IOException>(() => FileReplacement.Move(folder.Combine("new"), folder.Combine("old"), overwrite: false));
        FileReplacement.Move(folder.Combine("new"), folder.Combine("old"), overwrite: true);

        Assert.Equal("new", File.ReadAllText(folder.Combine("old")));
    }
}
