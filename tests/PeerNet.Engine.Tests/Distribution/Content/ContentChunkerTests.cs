using System.Buffers.Binary;
using System.Security.Cryptography;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Tests.Fuzz;

namespace PeerNet.Engine.Tests.Distribution.Content;

public sealed class ContentChunkerTests
{
    // SHA-512 of the numbers 0 to 16,383, big-endian; cut by a few lines of Python after the chunker's description.
    private static readonly int[] GoldenCuts =
    [
        67975, 100298, 91105, 53379, 102091, 70219, 104609, 76346, 70864, 71341, 69114, 70909, 77598, 22728,
    ];

    [Fact]
    public void Content_is_cut_where_it_always_was()
    {
        Assert.Equal(GoldenCuts, CutAll(Golden()));
    }

    [Fact]
    public void Segments_keep_their_limits()
    {
        var random = new SeededBytes();
        byte[] content = random.Bytes(4_000_000);
        List<int> cuts = CutAll(content);

        Assert.Equal(content.Length, cuts.Sum());
        Assert.All(cuts[..^1], cut => Assert.InRange(cut, ContentChunker.MinimumLength + 1, ContentChunker.MaximumLength));
        Assert.InRange(cuts[^1], 1, ContentChunker.MaximumLength);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(ContentChunker.MinimumLength)]
    [InlineData(ContentChunker.MinimumLength + 1)]
    [InlineData(ContentChunker.MinimumLength + 9)]
    public void Short_content_is_one_segment(int length)
    {
        Assert.Equal(length, ContentChunker.FindCut(Golden().AsSpan(0, length)));
    }

    [Fact]
    public void Content_without_borders_is_cut_at_the_maximum()
    {
        Assert.Equal(ContentChunker.MaximumLength, ContentChunker.FindCut(new byte[300_000]));
    }

    [Fact]
    public void What_follows_a_cut_does_not_move_it()
    {
        byte[] content = Golden();
        int cut = ContentChunker.FindCut(content);

        Assert.Equal(cut, ContentChunker.FindCut(content.AsSpan(0, cut)));
        Assert.Equal(cut, ContentChunker.FindCut(content.AsSpan(0, cut + 1)));
        Assert.Equal(cut, ContentChunker.FindCut(content.AsSpan(0, ContentChunker.MaximumLength)));
    }

    [Fact]
    public void Segments_are_the_same_again_behind_an_insertion()
    {
        byte[] content = Golden();
        byte[] changed = [.. content[..200_000], 1, 2, 3, .. content[200_000..]];
        HashSet<string> before = [.. Hashes(content)];

        // Two segments or three differ around the place; all the others are as they were.
        Assert.InRange(Hashes(changed).Count(hash => !before.Contains(hash)), 1, 3);
    }

    private static byte[] Golden()
    {
        byte[] content = new byte[1 << 20];
        Span<byte> number = stackalloc byte[4];
        for (int i = 0; i < content.Length / SHA512.HashSizeInBytes; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, i);
            SHA512.HashData(number, content.AsSpan(i * SHA512.HashSizeInBytes));
        }

        return content;
    }

    private static List<int> CutAll(ReadOnlySpan<byte> content)
    {
        List<int> cuts = [];
        while (!content.IsEmpty)
        {
            int cut = ContentChunker.FindCut(content);
            cuts.Add(cut);
            content = content[cut..];
        }

        return cuts;
    }

    private static IEnumerable<string> Hashes(byte[] content)
    {
        int position = 0;
        foreach (int cut in CutAll(content))
        {
            yield return Convert.ToHexString(SHA256.HashData(content.AsSpan(position, cut)));
            position += cut;
        }
    }
}
