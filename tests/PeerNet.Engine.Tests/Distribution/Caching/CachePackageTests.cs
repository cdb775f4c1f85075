using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Tests.Fuzz;

namespace PeerNet.Engine.Tests.Distribution.Caching;

public sealed class CachePackageTests : IDisposable
{
    private const int KiB = 1024;
    private readonly StoreFixture _source = new();
    private readonly StoreFixture _target = new();
    private readonly TestContent _large = TestContent.V1(1, 300 * KiB, PeerContentHash.Sha384);
    private readonly TestContent _small = TestContent.V2(2, 70 * KiB);

    private string Package => _source.Combine("package");

    [Fact]
    public async Task A_package_brings_what_the_store_had()
    {
        await _source.StoreAsync(_large);
        await _source.StoreAsync(_small);
        await ExportAsync();
        PeerCacheImportResult result = await ImportAsync();

        Assert.Equal(new PeerCacheImportResult(2, 370 * KiB, 0), result);
        await _target.AssertHeldAsync(_large);
        await _target.AssertHeldAsync(_small);
        Assert.Equal(new PeerCacheImportResult(0, 0, 0), await ImportAsync());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Package));
        }
    }

    [Fact]
    public async Task Parts_of_segments_travel_too()
    {
        await _source.Store.TryStoreAsync(_large.Describe(0, 1), 0, _large.Block(0), default, default);
        await _source.Store.TryStoreAsync(_large.Describe(3, 2), 4, _large.Block(4), default, default);
        await ExportAsync();

        Assert.Equal(new PeerCacheImportResult(1, 108 * KiB, 0), await ImportAsync());
        Assert.Equal(_large.Block(4), await _target.ReadAsync(_large.Id, 4));
    }

    [Fact]
    public async Task A_block_that_is_not_what_it_should_be_is_rejected_and_the_rest_is_kept()
    {
        await _source.StoreAsync(_large);
        using (var stream = File.Create(Package))
        {
            using PackageWriter writer = await PackageWriter.BeginAsync(stream, default);
            await writer.WriteAsync(_large.Segment, default);
            await writer.WriteAsync(0, _large.Block(1), default);
            await writer.WriteAsync(1, _large.Block(1), default);
            await writer.EndAsync(default);
        }

        Assert.Equal(new PeerCacheImportResult(1, 64 * KiB, 1), await ImportAsync());
    }

    [Fact]
    public async Task A_package_that_was_made_up_does_not_keep_out_what_is_true()
    {
        await WriteLieAsync(_large.Describe(0, 1, isTrue: false, length: 200 * KiB));
        await ImportAsync();
        await _source.StoreAsync(_large);
        await ExportAsync(overwrite: true);

        Assert.Equal(new PeerCacheImportResult(1, 300 * KiB, 0), await ImportAsync());
        await _target.AssertHeldAsync(_large);

        await WriteLieAsync(_large.Describe(0, 1, isTrue: false, length: 200 * KiB));
        await Assert.ThrowsAsync<PeerException>(ImportAsync);
        await _target.AssertHeldAsync(_large);
    }

    [Fact]
    public async Task Damage_is_an_error_and_nothing_wrong_is_kept()
    {
        await _source.StoreAsync(_large);
        await ExportAsync();
        byte[] whole = File.ReadAllBytes(Package);
        foreach (byte[] damaged in new[] { whole[..^1], [.. whole, 0], whole[..100_000], [.. whole[..^5], 1, 2, 3, 4, 5], [] })
        {
            File.WriteAllBytes(Package, damaged);
            Assert.Equal(PeerErrors.InvalidData, (await Assert.ThrowsAsync<PeerException>(ImportAsync)).Error);
        }

        Assert.Equal(PeerErrors.NotFound, (await Assert.ThrowsAsync<PeerException>(
            () => CachePackage.ImportAsync(_target.Store, _source.Combine("none"), default, null, default))).Error);
    }

    [Fact]
    public async Task An_existing_file_is_replaced_only_on_request_and_a_cancelled_export_leaves_none()
    {
        await _source.StoreAsync(_small);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => CachePackage.ExportAsync(_source.Store, Package, false, null, cancelled.Token));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Package)!));

        File.WriteAllText(Package, "mine");
        PeerException exception = await Assert.ThrowsAsync<PeerException>(() => ExportAsync());
        Assert.Equal(PeerErrors.AlreadyExists, exception.Error);
        await CachePackage.ExportAsync(_source.Store, Package, true, null, default);
        Assert.Equal(1, (await ImportAsync()).Segments);
    }

    [Fact]
    public async Task A_file_is_taken_in_as_far_as_it_is_the_content()
    {
        byte[] changed = [.. _large.Bytes];
        changed[70_000] ^= 1;
        File.WriteAllBytes(Package, changed[..^10]);
        PeerContentInformation information = new()
        {
            Version = PeerContentVersion.V1,
            HashAlgorithm = PeerContentHash.Sha384,
            Offset = 0,
            Length = _large.Bytes.Length,
            Segments = [_large.Segment],
        };

        Assert.Equal(
            new PeerCacheImportResult(1, 3 * 64 * KiB, 2),
            await CachePackage.ImportDataAsync(_target.Store, information, Package, 0, default, null, default));
        Assert.Equal(3, _target.Store.Find(_large.Id)!.Blocks.Count);
    }

    // Of the five blocks the file has the end of the second, the third and the fourth whole, and the beginning of the last.
    [Fact]
    public async Task A_file_with_a_range_of_the_content_is_taken_in_where_it_has_blocks_whole()
    {
        File.WriteAllBytes(Package, _large.Bytes[70_000..270_000]);
        PeerContentInformation information = ContentRange.Slice(
            new()
            {
                Version = PeerContentVersion.V1,
                HashAlgorithm = PeerContentHash.Sha384,
                Offset = 0,
                Length = _large.Bytes.Length,
                Segments = [_large.Segment],
            },
            70_000,
            200_000);

        Assert.Equal(
            new PeerCacheImportResult(1, 2 * 64 * KiB, 2),
            await CachePackage.ImportDataAsync(_target.Store, information, Package, 70_000, default, null, default));
        Assert.Equal(BlockSet.Range(2, 2), _target.Store.Find(_large.Id)!.Blocks);
    }

    [Fact]
    public async Task No_mutation_of_a_package_brings_a_block_that_was_not_in_it()
    {
        TestContent first = TestContent.V1(3, 700);
        TestContent second = TestContent.V2(4, 300);
        await _source.StoreAsync(first);
        await _source.StoreAsync(second);
        await ExportAsync();
        byte[] package = File.ReadAllBytes(Package);
        byte[] mutated = new byte[package.Length + 400];
        var chance = new SeededBytes();
        for (int i = 0; i < 20_000; i++)
        {
            int length = chance.Mutate(package, mutated);
            using var reader = new PackageReader(new MemoryStream(mutated, 0, length));
            bool isGoing = await reader.TryBeginAsync(default);
            while (isGoing && (isGoing = await reader.TryReadAsync(default)) && reader.Type != PackageRecordType.End)
            {
                Assert.True(reader.Segment!.BlockCount <= 512, $"seed {chance.Seed}");
            }

            Assert.True(!isGoing || mutated.AsSpan(0, length).SequenceEqual(package), $"seed {chance.Seed}");
        }
    }

    public void Dispose()
    {
        _source.Dispose();
        _target.Dispose();
    }

    private async Task WriteLieAsync(PeerContentSegment lie)
    {
        using var stream = File.Create(Package);
        using PackageWriter writer = await PackageWriter.BeginAsync(stream, default);
        await writer.WriteAsync(lie, default);
        await writer.WriteAsync(0, TestContent.Invented, default);
        await writer.EndAsync(default);
    }

    private Task ExportAsync(bool overwrite = false) =>
        CachePackage.ExportAsync(_source.Store, Package, overwrite, null, default);

    private Task<PeerCacheImportResult> ImportAsync() =>
        CachePackage.ImportAsync(_target.Store, Package, default, null, default);
}
