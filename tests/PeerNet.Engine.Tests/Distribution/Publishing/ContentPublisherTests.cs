using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Content.Protocol;
using PeerNet.Engine.Distribution.Publishing;
using PeerNet.Engine.Tests.Distribution.Content;
using PeerNet.Engine.Tests.Fuzz;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Distribution.Publishing;

public sealed class ContentPublisherTests : IDisposable
{
    // Reading so much reports progress three times.
    private const int Long = 3 << 20;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly SeededBytes _random = new();
    private readonly ServerSecretStore _secrets;
    private CollectedContent? _sink;
    private PublishingDatabase _database;
    private HashCache _hashCache;
    private ContentPublisher _publisher;

    public ContentPublisherTests()
    {
        // Files that a test has just written have not been written to for long.
        _time.JumpTo(new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _secrets = new ServerSecretStore(_folder.Location, _time, new Tests.SeededRandom(1));
        (_database, _hashCache, _publisher) = Open(HashCache.DefaultMaximumSize);
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    // Whoever names a folder has not named what a link in it leads to.
    [Fact]
    public async Task What_a_link_through_a_linked_folder_leads_to_is_outside_of_the_folder()
    {
        string folder = _folder.Combine("published");
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(_folder.Combine("private"));
        await File.WriteAllTextAsync(_folder.Combine("private/secret"), "nobody's business");
        Directory.CreateSymbolicLink(Path.Combine(folder, "d"), _folder.Combine("private"));
        File.CreateSymbolicLink(Path.Combine(folder, "f"), Path.Combine("d", "secret"));
        PeerPublishRequest request = Request("f", Path.Combine(folder, "f"));

        PeerException refused = await Assert.ThrowsAsync<PeerException>(
            () => _publisher.PublishAsync(request with { Root = folder }, null, default));
        Assert.Same(PeerErrors.AccessDenied, refused.Error);
        Assert.Empty(_publisher.GetPublished());

        // Named itself, it is meant.
        Assert.Single(
            (await _publisher.PublishAsync(request with { Versions = [PeerContentVersion.V2] }, null, default)).Information);
    }

    [Fact]
    public async Task A_file_is_published_in_both_versions()
    {
        byte[] content = _random.Bytes(200_000);
        string path = Write("file", content);
        IReadOnlyList<PeerContentInformation> published = await PublishAsync("docs/file", path);

        Assert.Equal([PeerContentVersion.V1, PeerContentVersion.V2], published.Select(item => item.Version));
        Assert.All(published, item => Assert.Equal(("docs/file", 200_000), (item.ContentId, item.Length)));
        PeerPublishedContent listed = Assert.Single(_publisher.GetPublished());
        Assert.Equal(("docs/file", path, 200_000), (listed.ContentId, listed.Path, listed.Length));
        Assert.Equal(_time.GetUtcNow(), listed.Published);
        Assert.Equal(1, _publisher.Count);
    }

    [Fact]
    public async Task Publications_outlive_the_node()
    {
        IReadOnlyList<PeerContentInformation> published = await PublishAsync("id", Write("file", _random.Bytes(100_000)));
        PeerPublishedContent before = Assert.Single(_publisher.GetPublished());
        Reopen();

        Assert.Equal(before, Assert.Single(_publisher.GetPublished()) with { Versions = before.Versions });
        Assert.Equal(before.Versions, _publisher.GetPublished()[0].Versions);
        foreach (PeerContentInformation information in published)
        {
            Assert.Equal(
                ContentInformationCodec.Write(information),
                ContentInformationCodec.Write(_publisher.GetInformation("id", information.Version, 0, null)));
        }
    }

    [Fact]
    public async Task An_id_is_published_once_unless_it_is_replaced()
    {
        await PublishAsync("id", Write("first", _random.Bytes(10)));
        string second = Write("second", _random.Bytes(20));

        PeerException exception = await Assert.ThrowsAsync<PeerException>(() => PublishAsync("id", second));
        Assert.Same(PeerErrors.ContentAlreadyExists, exception.Error);
        Assert.Equal("id", exception.Target);
        Assert.Equal(10, _publisher.GetInformation("id", null, 0, null).Length);

        await _publisher.PublishAsync(Request("id", second) with { Replace = true }, null, default);
        Assert.Equal(20, _publisher.GetInformation("id", null, 0, null).Length);
    }

    [Fact]
    public async Task What_is_unpublished_is_gone()
    {
        await PublishAsync("id", Write("file", _random.Bytes(10)));
        _publisher.Unpublish("id");

        Assert.Empty(_publisher.GetPublished());
        Assert.Same(
            PeerErrors.NotFound,
            Assert.Throws<PeerException>(() => _publisher.GetInformation("id", null, 0, null)).Error);
        Assert.Same(PeerErrors.NotFound, Assert.Throws<PeerException>(() => _publisher.Unpublish("id")).Error);
    }

    [Fact]
    public async Task An_unchanged_file_is_not_read_again()
    {
        string path = Write("file", _random.Bytes(Long));
        byte[] before = ContentInformationCodec.Write((await PublishAsync("first", path))[0]);
        List<PeerTransferProgress> told = [];
        Reopen();

        Published again = await _publisher.PublishAsync(
            Request("second", path), new CallbackProgress(told.Add), default);

        Assert.Equal(before, ContentInformationCodec.Write(again.Information[0]));
        Assert.Equal([new PeerTransferProgress(Long, Long)], told);
        Assert.Equal((1, (Long / 65536 * 32) + V2Size(again.Information[1])), _hashCache.Measure());
        _hashCache.Clear();
        Assert.Equal((0, 0L), _hashCache.Measure());
        Assert.Equal(before, ContentInformationCodec.Write(_publisher.GetInformation("first", PeerContentVersion.V1, 0, null)));
    }

    [Theory]
    [InlineData(PeerContentHash.Sha256, 32)]
    [InlineData(PeerContentHash.Sha384, 48)]
    [InlineData(PeerContentHash.Sha512, 64)]
    public async Task Version_1_is_made_with_the_hash_that_was_asked_for(PeerContentHash algorithm, int length)
    {
        string path = Write("file", _random.Bytes(200_000));
        await PublishAsync("known by its hashes already", path);

        IReadOnlyList<PeerContentInformation> published = (await _publisher.PublishAsync(
            Request("id", path) with { HashAlgorithm = algorithm }, null, default)).Information;

        Assert.Equal([algorithm, PeerContentHash.TruncatedSha512], published.Select(item => item.HashAlgorithm));
        Assert.Equal([length, 32], published.Select(item => item.Segments[0].Id.Bytes.Length));
        Assert.Equal(algorithm, _publisher.GetInformation("id", PeerContentVersion.V1, 0, null).HashAlgorithm);
    }

    [Fact]
    public async Task A_file_that_was_just_written_is_read_again()
    {
        string path = Write("file", _random.Bytes(10));
        _time.JumpTo(File.GetLastWriteTimeUtc(path).AddSeconds(1));
        await PublishAsync("id", path);

        Assert.Equal((0, 0L), _hashCache.Measure());
    }

    [Fact]
    public async Task A_changed_file_is_hashed_anew()
    {
        string path = Write("file", _random.Bytes(100_000));
        await PublishAsync("first", path);
        byte[] content = _random.Bytes(100_000);
        DateTime written = File.GetLastWriteTimeUtc(path);
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, written.AddSeconds(1));

        PeerContentInformation information = (await PublishAsync("second", path))[0];

        Assert.Equal(
            content.Chunk(65536).SelectMany(System.Security.Cryptography.SHA256.HashData),
            information.Segments[0].BlockHashes.ToArray());
        PeerException exception = Assert.Throws<PeerException>(() => _publisher.GetInformation("first", null, 0, null));
        Assert.Same(PeerErrors.ContentInvalidated, exception.Error);
        Assert.Equal("first", exception.Target);
    }

    [Fact]
    public async Task Information_of_a_file_that_is_gone_stays()
    {
        string path = Write("file", _random.Bytes(10));
        await PublishAsync("id", path);
        File.Delete(path);

        Assert.Equal(10, _publisher.GetInformation("id", null, 0, null).Length);
    }

    [Fact]
    public async Task A_new_secret_gives_new_ids_without_reading()
    {
        string path = Write("file", _random.Bytes(100_000));
        PeerContentInformation before = (await PublishAsync("id", path))[0];
        _ = _publisher.GetInformation("id", PeerContentVersion.V1, 0, null).Segments[0];
        _secrets.Replace(ServerSecret.FromPassphrase("another"));
        PeerContentInformation after = _publisher.GetInformation("id", PeerContentVersion.V1, 0, null);

        Assert.NotEqual(before.Segments[0].Id, after.Segments[0].Id);
        Assert.Equal(before.Segments[0].HashOfData.ToArray(), after.Segments[0].HashOfData.ToArray());
    }

    [Fact]
    public async Task Ranges_of_published_content_are_described()
    {
        await PublishAsync("id", Write("file", _random.Bytes(300_000)));

        PeerContentInformation range = _publisher.GetInformation("id", PeerContentVersion.V1, 70_000, 1_000);
        Assert.Equal((70_000, 1_000), (range.Offset, range.Length));
        Assert.Equal(1, Assert.Single(range.Segments).DescribedBlocks);
        Assert.Equal(299_999, _publisher.GetInformation("id", null, 1, null).Length);
        Assert.Equal(PeerContentVersion.V2, _publisher.GetInformation("id", null, 1, null).Version);
        Assert.Same(
            PeerErrors.ContentOutOfBounds,
            Assert.Throws<PeerException>(() => _publisher.GetInformation("id", null, 300_000, null)).Error);
    }

    [Fact]
    public async Task Information_in_a_version_that_was_not_made_is_an_error()
    {
        await _publisher.PublishAsync(
            Request("id", Write("file", _random.Bytes(10))) with { Versions = [PeerContentVersion.V1] }, null, default);

        Assert.Equal(PeerContentVersion.V1, _publisher.GetInformation("id", null, 0, null).Version);
        Assert.Same(
            PeerErrors.NotFound,
            Assert.Throws<PeerException>(() => _publisher.GetInformation("id", PeerContentVersion.V2, 0, null)).Error);
    }

    [Fact]
    public async Task Content_without_bytes_is_published_without_information()
    {
        Assert.Empty(await PublishAsync("id", Write("empty", [])));

        Assert.Equal(0, Assert.Single(_publisher.GetPublished()).Length);
        Assert.Same(
            PeerErrors.InvalidArgument,
            Assert.Throws<PeerException>(() => _publisher.GetInformation("id", null, 0, null)).Error);
    }

    [Fact]
    public async Task Streams_are_published()
    {
        byte[] content = _random.Bytes(100_000);
        await _publisher.PublishAsync(
            new PeerPublishRequest { ContentId = "stream", Stream = new SlowStream(content, 777, _ => { }) }, null, default);

        Assert.Null(Assert.Single(_publisher.GetPublished()).Path);
        Assert.Equal(content.Length, _publisher.GetInformation("stream", null, 0, null).Length);
    }

    [Fact]
    public async Task Nothing_is_published_where_hashing_fails()
    {
        string path = Write("file", _random.Bytes(3 << 20));
        var progress = new CallbackProgress(_ => File.AppendAllText(path, "more"));

        await Assert.ThrowsAsync<PeerException>(() => _publisher.PublishAsync(Request("id", path), progress, default));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _publisher.PublishAsync(Request("id", path), null, new CancellationToken(canceled: true)));

        Assert.Empty(_publisher.GetPublished());
        Assert.Equal((0, 0L), _hashCache.Measure());
    }

    [Fact]
    public async Task A_sink_gets_content_even_if_its_hashes_are_known()
    {
        byte[] content = _random.Bytes(100_000);
        string path = Write("file", content);
        await PublishAsync("first", path);
        _sink = new CollectedContent();
        IReadOnlyList<PeerContentInformation> published = await PublishAsync("second", path);

        Assert.Equal(content, _sink[PeerContentVersion.V1]);
        Assert.Equal(content, _sink[PeerContentVersion.V2]);
        Assert.Equal(
            published.SelectMany(item => item.Segments).Select(segment => segment.Id).ToHashSet(),
            _sink.Segments.Select(segment => segment.Id).ToHashSet());
        Assert.True(_sink.IsDisposed);
    }

    [Fact]
    public async Task Where_content_is_served_is_remembered()
    {
        string path = Write("file", _random.Bytes(10));
        await _publisher.PublishAsync(
            Request("id", path) with { HttpPrefix = "http://localhost:8080/files/", ServedAs = "a b/c#d.txt" }, null, default);
        await _publisher.PublishAsync(
            Request("any", path) with { HttpPrefix = "http://+:8080/", ServedAs = "x" }, null, default);
        Reopen();

        Publication publication = _publisher.GetPublications().Single(item => item.Content.ContentId == "id");
        Assert.Equal("http://localhost:8080/files/a%20b/c%23d.txt", publication.Content.Uri!.AbsoluteUri);
        Assert.Equal(("http://localhost:8080/files/", "a b/c#d.txt"), (publication.HttpPrefix, publication.ServedAs));
        Assert.Equal(
            $"http://{Environment.MachineName}:8080/x",
            _publisher.GetPublished().Single(item => item.ContentId == "any").Uri!.OriginalString);
    }

    [Fact]
    public async Task A_file_is_described_without_being_published()
    {
        string path = Write("file", _random.Bytes(Long));
        PeerContentInformation information = await _publisher.ComputeInformationAsync(
            path, PeerContentVersion.V1, 70_000, 10, null, default);
        List<PeerTransferProgress> told = [];
        await _publisher.ComputeInformationAsync(
            path, PeerContentVersion.V1, 0, null, new CallbackProgress(told.Add), default);

        Assert.Equal((70_000, 10, path), (information.Offset, information.Length, information.ContentId));
        Assert.Empty(_publisher.GetPublished());
        Assert.Equal(1, _hashCache.Measure().Files);
        Assert.Single(told);
        Assert.Same(
            PeerErrors.InvalidArgument,
            (await Assert.ThrowsAsync<PeerException>(() => _publisher.ComputeInformationAsync(
                Write("empty", []), null, 0, null, null, default))).Error);
    }

    [Fact]
    public async Task The_least_recently_used_hashes_make_room()
    {
        Reopen(maximumSize: 100);
        foreach (string name in new[] { "one", "two", "three", "four" })
        {
            string path = Write(name, _random.Bytes(10));
            await _publisher.ComputeInformationAsync(path, PeerContentVersion.V1, 0, null, null, default);
            _time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal((3, 96L), _hashCache.Measure());
        List<PeerTransferProgress> told = [];
        await _publisher.ComputeInformationAsync(
            _folder.Combine("two"), PeerContentVersion.V1, 0, null, new CallbackProgress(told.Add), default);
        await _publisher.ComputeInformationAsync(
            Write("five", _random.Bytes(10)), PeerContentVersion.V1, 0, null, null, default);
        Assert.Equal((3, 96L), _hashCache.Measure());
        Assert.NotNull(_hashCache.Find(
            _folder.Combine("two"), Stamp("two"), PeerContentVersion.V1));
        Assert.Null(_hashCache.Find(_folder.Combine("three"), Stamp("three"), PeerContentVersion.V1));
    }

    public static TheoryData<PeerPublishRequest> Unsound { get; } =
    [
        new PeerPublishRequest { ContentId = "", Path = "/file" },
        new PeerPublishRequest { ContentId = new string('x', 4097), Path = "/file" },
        new PeerPublishRequest { ContentId = "id" },
        new PeerPublishRequest { ContentId = "id", Path = "/file", Stream = Stream.Null },
        new PeerPublishRequest { ContentId = "id", Path = "/file", Versions = [] },
        new PeerPublishRequest { ContentId = "id", Path = "/file", Versions = [(PeerContentVersion)3] },
    ];

    [Theory]
    [MemberData(nameof(Unsound))]
    public async Task Requests_that_say_too_little_or_too_much_are_refused(PeerPublishRequest request)
    {
        PeerException exception = await Assert.ThrowsAsync<PeerException>(
            () => _publisher.PublishAsync(request, null, default));

        Assert.Same(PeerErrors.InvalidArgument, exception.Error);
    }

    private static PeerPublishRequest Request(string contentId, string path) => new() { ContentId = contentId, Path = path };

    private static long V2Size(PeerContentInformation information) => information.Segments.Count * 36;

    private Engine.Storage.FileStamp Stamp(string name) => Engine.Storage.FileStamp.TryRead(_folder.Combine(name))!.Value;

    private async Task<IReadOnlyList<PeerContentInformation>> PublishAsync(string contentId, string path) =>
        (await _publisher.PublishAsync(Request(contentId, path), null, default)).Information;

    private string Write(string name, byte[] content)
    {
        string path = _folder.Combine(name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private void Reopen(long maximumSize = HashCache.DefaultMaximumSize)
    {
        _database.Dispose();
        (_database, _hashCache, _publisher) = Open(maximumSize);
    }

    private (PublishingDatabase Database, HashCache HashCache, ContentPublisher Publisher) Open(long maximumSize)
    {
        PublishingDatabase database = PublishingDatabase.Open(_folder.Combine("publishing.db"));
        HashCache hashCache = new(database, _time, maximumSize);
        return (database, hashCache, new ContentPublisher(
            database, hashCache, _secrets, _ => _sink, _time, NullLogger<ContentPublisher>.Instance));
    }
}
