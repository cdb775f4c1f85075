using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Distribution.Caching;

public sealed class DataCacheTests : IDisposable
{
    private const int KiB = 1024;
    private readonly TemporaryFolder _folder = new();
    private readonly TestContent _content = TestContent.V1(1, 300 * KiB);
    private DataCache _cache;

    public DataCacheTests() => _cache = Open();

    [Fact]
    public void At_first_it_takes_a_twentieth_of_the_disk_and_keeps_for_28_days()
    {
        PeerCache cache = _cache.Administration.Get(null);

        Assert.Equal((PeerCacheType.Data, _folder.Combine("cache"), 5), (cache.Type, cache.Path, cache.Percentage));
        Assert.Equal(TimeSpan.FromDays(28), cache.MaxAge);
        Assert.InRange(cache.MaxSize, 1, new DriveInfo(_folder.Location).TotalSize / 19);
    }

    [Fact]
    public async Task Settings_stay()
    {
        await _cache.Administration.ChangeAsync(
            new()
            {
                Size = new(10_000_000, null),
                MaxAge = TimeSpan.FromDays(3),
                AddExtension = _folder.Combine("more"),
                ExtensionSize = new(5_000_000, null),
            },
            default);
        Reopen();

        PeerCache cache = _cache.Administration.Get(null);
        Assert.Equal((10_000_000, null, TimeSpan.FromDays(3)), (cache.MaxSize, cache.Percentage, cache.MaxAge));
        Assert.Equal(new PeerCacheExtension(_folder.Combine("more"), 5_000_000, 0), Assert.Single(cache.Extensions));
    }

    [Fact]
    public async Task What_is_no_setting_is_refused()
    {
        foreach (PeerCacheChange change in new PeerCacheChange[]
        {
            new() { Size = new(0, null) },
            new() { Size = new(null, 101) },
            new() { Size = new(5, 5) },
            new() { MaxAge = TimeSpan.FromHours(23) },
            new() { MaxAge = TimeSpan.FromDays(3651) },
            new() { AddExtension = _folder.Combine("x") },
        })
        {
            await AssertRefusedAsync(PeerErrors.InvalidArgument, change);
        }

        await AssertRefusedAsync(PeerErrors.NotFound, new() { RemoveExtension = _folder.Combine("x") });
        await AssertRefusedAsync(
            PeerErrors.AlreadyExists, new() { AddExtension = _folder.Combine("cache"), ExtensionSize = new(1, null) });
        await AssertRefusedAsync(PeerErrors.InvalidArgument, new() { MoveTo = _folder.Combine("cache") });
        await AssertRefusedAsync(PeerErrors.AlreadyExists, new() { MoveTo = _folder.Location });
    }

    [Fact]
    public async Task It_moves_with_everything_and_leaves_nothing()
    {
        TestContent small = TestContent.V2(2, 70 * KiB);
        await FillAsync(_content);
        await FillAsync(small);
        PeerCache moved = await _cache.Administration.ChangeAsync(new() { MoveTo = _folder.Combine("elsewhere") }, default);

        Assert.Equal(_folder.Combine("elsewhere"), moved.Path);
        Assert.False(Directory.Exists(_folder.Combine("cache")));
        Reopen();
        Assert.Equal(_folder.Combine("elsewhere"), _cache.Administration.Get(null).Path);
        Assert.True(_cache.Find(_content.Id)!.IsComplete);
        using (var block = await _cache.ReadBlockAsync(small.Id, 0, default))
        {
            Assert.Equal(small.Bytes, block!.Data.ToArray());
        }
    }

    [Fact]
    public async Task A_cancelled_move_leaves_the_cache_where_it_was()
    {
        await FillAsync(_content);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _cache.Administration.ChangeAsync(new() { MoveTo = _folder.Combine("elsewhere") }, cancelled.Token));

        Assert.False(Directory.Exists(_folder.Combine("elsewhere")));
        Assert.True(_cache.Find(_content.Id)!.IsComplete);
    }

    [Fact]
    public async Task A_cache_that_is_closed_while_it_moves_stays_closed()
    {
        await FillAsync(_content);
        Task moving = Task.Run(() => _cache.Administration.ChangeAsync(new() { MoveTo = _folder.Combine("elsewhere") }, default));
        _cache.Dispose();

        if (await Record.ExceptionAsync(() => moving) is { } failure)
        {
            Assert.True(failure is PeerException or OperationCanceledException, failure.ToString());
        }

        Assert.Null(await Record.ExceptionAsync(() => Task.Run(Reopen)));
        Assert.True(_cache.Find(_content.Id)!.IsComplete);
    }

    [Fact]
    public async Task A_move_that_was_killed_is_cleared_at_the_next_start()
    {
        await FillAsync(_content);
        _cache.Dispose();
        string target = _folder.Combine("elsewhere");
        CacheFolder.Copy(_folder.Combine("cache"), target, default);
        File.WriteAllText(Path.Combine(target, "mine.txt"), "not the cache's");
        DataCacheSettings.Open(new() { SettingsPath = _folder.Combine("cache.json"), Folder = _folder.Combine("cache") }).Save(
            new() { Folder = _folder.Combine("cache"), Size = new(null, 5), MaxAge = TimeSpan.FromDays(28), Abandoned = target });
        _cache = Open();

        Assert.True(_cache.Find(_content.Id)!.IsComplete);
        Assert.Equal(["mine.txt"], Directory.EnumerateFileSystemEntries(target).Select(Path.GetFileName)!);
    }

    [Fact]
    public async Task Removing_an_extension_costs_its_segments_and_says_so_before()
    {
        await _cache.Administration.ChangeAsync(
            new()
            {
                Size = new(64 * KiB, null),
                AddExtension = _folder.Combine("more"),
                ExtensionSize = new(1024 * KiB, null),
            },
            default);
        await FillAsync(_content);
        PeerCacheChange removal = new() { RemoveExtension = _folder.Combine("more") };

        Assert.Equal(300 * KiB, _cache.Administration.MeasureLoss(removal));
        Assert.Empty((await _cache.Administration.ChangeAsync(removal, default)).Extensions);
        Assert.Null(_cache.Find(_content.Id));
    }

    [Fact]
    public async Task Clearing_removes_everything()
    {
        await FillAsync(_content);
        await _cache.Administration.ClearAsync(new(), default);

        Assert.Equal((0L, 0), (_cache.Administration.Get(null).CurrentSize, _cache.Administration.Get(null).ActiveSegments));
    }

    [Fact]
    public void Damaged_settings_are_an_error_and_stay()
    {
        _cache.Dispose();
        File.WriteAllText(_folder.Combine("cache.json"), "{ \"Version\": 1, \"Settings\": { \"Folder\": \"\" } }");

        Assert.Equal(PeerErrors.InvalidData, Assert.Throws<PeerException>(Open).Error);
        Assert.True(File.Exists(_folder.Combine("cache.json")));
    }

    public void Dispose()
    {
        _cache.Dispose();
        _folder.Dispose();
    }

    private DataCache Open() => DataCache.Open(
        new() { SettingsPath = _folder.Combine("cache.json"), Folder = _folder.Combine("cache") },
        new FakeTimeProvider(),
        NullLogger.Instance);

    private void Reopen()
    {
        _cache.Dispose();
        _cache = Open();
    }

    private async Task FillAsync(TestContent content)
    {
        for (int index = 0; index < content.Segment.BlockCount; index++)
        {
            Assert.True(await _cache.TryStoreAsync(content.Segment, index, content.Block(index), default, default));
        }
    }

    private async Task AssertRefusedAsync(PeerError error, PeerCacheChange change) =>
        Assert.Equal(error, (await Assert.ThrowsAsync<PeerException>(() => _cache.Administration.ChangeAsync(change, default))).Error);
}
