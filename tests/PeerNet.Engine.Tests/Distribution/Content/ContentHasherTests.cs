using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Content.Protocol;
using PeerNet.Engine.Tests.Fuzz;

namespace PeerNet.Engine.Tests.Distribution.Content;

public sealed class ContentHasherTests : IDisposable
{
    private const int MiB = 1 << 20;
    private static readonly PeerContentVersion[] Both = [PeerContentVersion.V1, PeerContentVersion.V2];

    private readonly TemporaryFolder _folder = new();
    private readonly SeededBytes _random = new();
    private readonly ServerSecret _secret = ServerSecret.FromPassphrase("secret");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(MiB - 1)]
    [InlineData(MiB)]
    [InlineData(MiB + 1)]
    [InlineData((3 * MiB) + 77)]
    [InlineData((33 * MiB) + 1)]
    public async Task Files_and_streams_have_the_hashes_of_their_blocks_and_segments(int length)
    {
        byte[] content = _random.Bytes(length);
        HashedContent file = await ContentHasher.HashFileAsync(Write(content), Request(), default);
        HashedContent stream = await ContentHasher.HashStreamAsync(
            new SlowStream(content, 100_003, _ => { }), Request(), default);

        byte[] v1 = [.. content.Chunk(65536).SelectMany(SHA256.HashData)];
        foreach (HashedContent hashed in new[] { file, stream })
        {
            Assert.Equal(length, hashed.Length);
            Assert.Equal(Both, hashed.Hashes.Select(hashes => hashes.Version));
            Assert.Equal(v1, hashed.Hashes[0].Bytes.ToArray());
            AssertV2(content, hashed.Hashes[1]);
        }
    }

    [Fact]
    public async Task Content_without_bytes_has_no_segments()
    {
        HashedContent hashed = await ContentHasher.HashFileAsync(Write([]), Request(), default);

        Assert.Equal(0, hashed.Length);
        Assert.All(hashed.Hashes, hashes => Assert.Equal(0, hashes.SegmentCount));
    }

    [Fact]
    public async Task Longer_hashes_are_made_too()
    {
        byte[] content = _random.Bytes(70_000);
        HashedContent hashed = await ContentHasher.HashFileAsync(
            Write(content),
            Request() with { Versions = [PeerContentVersion.V1], V1Algorithm = PeerContentHash.Sha384 },
            default);

        Assert.Equal(content.Chunk(65536).SelectMany(SHA384.HashData), Assert.Single(hashed.Hashes).Bytes.ToArray());
    }

    [Fact]
    public async Task What_is_described_can_be_written_and_read()
    {
        byte[] content = _random.Bytes((33 * MiB) + 5);
        HashedContent hashed = await ContentHasher.HashFileAsync(Write(content), Request(), default);

        foreach (ContentHashes hashes in hashed.Hashes)
        {
            PeerContentInformation information = hashes.Describe(_secret, "content");
            byte[] written = ContentInformationCodec.Write(information);
            Assert.True(ContentInformationCodec.TryRead(written, out PeerContentInformation? read));
            Assert.Equal((0, content.Length), (read.Offset, read.Length));
            Assert.Equal(information.Segments.Select(segment => segment.Id), read.Segments.Select(segment => segment.Id));
            Assert.Same(information.Segments[0], information.Segments[0]);
        }
    }

    [Fact]
    public async Task A_sink_gets_every_byte_with_its_segment()
    {
        byte[] content = _random.Bytes((33 * MiB) + 70_001);
        var sink = new CollectedContent();
        HashedContent hashed = await ContentHasher.HashFileAsync(
            Write(content), Request() with { Sink = sink, Secret = _secret }, default);

        Assert.True(content.AsSpan().SequenceEqual(sink[PeerContentVersion.V1]));
        Assert.True(content.AsSpan().SequenceEqual(sink[PeerContentVersion.V2]));
        foreach (ContentHashes hashes in hashed.Hashes)
        {
            Assert.Equal(
                hashes.Describe(_secret, null).Segments.Select(segment => segment.Id),
                sink.Segments.Where(segment => segment.Version == hashes.Version).Select(segment => segment.Id));
        }
    }

    [Fact]
    public async Task A_sink_of_one_version_gets_that_version()
    {
        byte[] content = _random.Bytes(300_000);
        foreach (PeerContentVersion version in Both)
        {
            var sink = new CollectedContent();
            await ContentHasher.HashFileAsync(
                Write(content), Request() with { Versions = [version], Sink = sink, Secret = _secret }, default);

            Assert.Equal(content, sink[version]);
            Assert.All(sink.Segments, segment => Assert.Equal(version, segment.Version));
        }
    }

    [Fact]
    public async Task Progress_rises_to_the_whole()
    {
        List<PeerTransferProgress> told = [];
        await ContentHasher.HashFileAsync(
            Write(_random.Bytes((2 * MiB) + 1)), Request() with { Progress = new CallbackProgress(told.Add) }, default);

        Assert.Equal([MiB, 2 * MiB, (2 * MiB) + 1], told.Select(progress => progress.Done));
        Assert.All(told, progress => Assert.Equal((2 * MiB) + 1, progress.Total));
    }

    [Fact]
    public async Task The_length_of_a_stream_is_not_known_before_its_end()
    {
        List<PeerTransferProgress> told = [];
        await ContentHasher.HashStreamAsync(
            new MemoryStream(new byte[MiB]), Request() with { Progress = new CallbackProgress(told.Add) }, default);

        Assert.All(told, progress => Assert.Equal(-1, progress.Total));
        Assert.Equal(MiB, told[^1].Done);
    }

    public static TheoryData<string> Changes { get; } = ["append", "truncate", "touch", "replace", "delete"];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_file_that_changes_meanwhile_is_an_error(string change)
    {
        byte[] content = _random.Bytes(3 * MiB);
        string path = Write(content);
        var progress = new CallbackProgress(progress => Change(change, path, content, isFirst: progress.Done == MiB));

        PeerException exception = await Assert.ThrowsAsync<PeerException>(
            () => ContentHasher.HashFileAsync(path, Request() with { Progress = progress }, default));

        Assert.Same(PeerErrors.ContentInvalidated, exception.Error);
        Assert.Equal(path, exception.Target);
    }

    [Fact]
    public async Task Hashing_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        var stream = new SlowStream(
            new byte[8 * MiB],
            MiB,
            position =>
            {
                if (position == 5 * MiB)
                {
                    source.Cancel();
                }
            });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => ContentHasher.HashStreamAsync(stream, Request(), source.Token));
    }

    [Fact]
    public async Task What_cannot_be_read_is_named()
    {
        string missing = _folder.Combine("missing");
        PeerException file = await Assert.ThrowsAsync<PeerException>(
            () => ContentHasher.HashFileAsync(missing, Request(), default));
        PeerException stream = await Assert.ThrowsAsync<PeerException>(
            () => ContentHasher.HashStreamAsync(
                new SlowStream(new byte[10], 1, _ => throw new IOException("cable")), Request(), default));

        Assert.Same(PeerErrors.NotFound, file.Error);
        Assert.Contains(missing, file.Message);
        Assert.Same(PeerErrors.MissingData, stream.Error);
        Assert.Contains("cable", stream.Message);
    }

    private static HashRequest Request() => new() { Versions = Both, Name = "content" };

    private static void Change(string change, string path, byte[] content, bool isFirst)
    {
        if (!isFirst)
        {
            return;
        }

        switch (change)
        {
            case "append":
                File.AppendAllText(path, "more");
                break;
            case "truncate":
                using (FileStream stream = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                {
                    stream.SetLength(content.Length - 1);
                }

                break;
            case "touch":
                File.SetLastWriteTimeUtc(path, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
                break;
            case "replace":
                File.WriteAllBytes(path + ".new", new byte[content.Length]);
                File.SetLastWriteTimeUtc(path + ".new", new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
                File.Move(path + ".new", path, overwrite: true);
                break;
            default:
                File.Delete(path);
                break;
        }
    }

    private static void AssertV2(byte[] content, ContentHashes hashes)
    {
        ReadOnlySpan<byte> entries = hashes.Bytes.Span;
        int position = 0;
        while (position < content.Length)
        {
            int cut = ContentChunker.FindCut(content.AsSpan(position));
            Assert.Equal(cut, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(entries));
            Assert.Equal(SHA512.HashData(content.AsSpan(position, cut))[..32], entries[4..36].ToArray());
            position += cut;
            entries = entries[36..];
        }

        Assert.True(entries.IsEmpty);
    }

    private string Write(byte[] content)
    {
        string path = _folder.Combine("content");
        File.WriteAllBytes(path, content);
        return path;
    }
}
