using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Tests.Fuzz;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Distribution.Caching;

public sealed class StoreKillTests : IDisposable
{
    private const int Kills = 8;
    private readonly TemporaryFolder _folder = new();

    // SIGKILL, or its like on Windows, at any moment of a store at work. What remains is opened, read whole, and measured.
    [Fact]
    public async Task A_store_that_is_killed_over_and_over_serves_no_wrong_block_and_loses_no_room()
    {
        var chance = new SeededBytes();
        int held = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            await FillAndKillAsync(chance.Next(int.MaxValue), 20 + chance.Next(300));
            held += await CheckAsync($"seed {chance.Seed}, kill {kill}");
        }

        Assert.True(held > 0, "Nothing survived any kill.");
    }

    public void Dispose() => _folder.Dispose();

    private async Task FillAndKillAsync(int seed, int steps)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (string argument in new[]
        {
            "exec",
            typeof(StoreFiller).Assembly.Location,
            "fill-store",
            _folder.Combine("store"),
            seed.ToString(CultureInfo.InvariantCulture),
        })
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        try
        {
            for (int step = 0; step < steps; step++)
            {
                Assert.Equal("step", await process.StandardOutput.ReadLineAsync());
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private async Task<int> CheckAsync(string when)
    {
        using SegmentStore store = SegmentStore.Open(
            new() { Folder = _folder.Combine("store"), Limit = StoreFiller.Limit },
            new FakeTimeProvider(),
            NullLogger.Instance);
        int held = 0;
        for (int number = 0; number < StoreFiller.ContentCount; number++)
        {
            held += await CheckAsync(store, StoreFiller.GetContent(number), when);
        }

        Assert.True(store.Room.GetUsed(0) <= StoreFiller.Limit, when);
        AssertNoLeak(store.Room.GetUsed(0)!.Value, when);
        return held;
    }

    private static async Task<int> CheckAsync(SegmentStore store, TestContent content, string when)
    {
        int held = 0;
        for (int index = 0; index < content.Segment.BlockCount; index++)
        {
            using HeldBlock? block = await store.ReadBlockAsync(content.Id, index, default);
            Assert.True(block is null || block.Data.Span.SequenceEqual(content.Block(index)), when);
            held += block is null ? 0 : 1;
        }

        return held;
    }

    // What the disk counts, not what the store does. A file may take a page or two more than its blocks.
    private void AssertNoLeak(long used, string when)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var start = new ProcessStartInfo("du", ["-sB1", _folder.Combine("store/data")]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string taken = process.StandardOutput.ReadToEnd().Split('\t')[0];
        int files = Directory.GetFiles(_folder.Combine("store/data")).Length;
        long most = used + ((files + 2) * 3 * 4096);
        Assert.True(long.Parse(taken, CultureInfo.InvariantCulture) <= most, $"{when}: {taken} bytes for {used}");
    }
}
