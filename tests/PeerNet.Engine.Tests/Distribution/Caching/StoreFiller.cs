using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Distribution.Caching;

namespace PeerNet.Engine.Tests.Distribution.Caching;

/// <summary>Stores, reads, removes and compacts in a store until somebody kills the process.</summary>
internal static class StoreFiller
{
    public const int ContentCount = 64;

    private const int KiB = 1024;

    /// <summary>Less than all contents take, so that segments are evicted all the time.</summary>
    public const long Limit = 4 * 1024 * KiB;

    public static TestContent GetContent(int number) => number % 2 == 0
        ? TestContent.V1(number, (number * 4 * KiB) + 100)
        : TestContent.V2(number, (number * 2 * KiB) + 100);

    /// <summary>Says a line after each step.</summary>
    public static async Task<int> RunAsync(string folder, int seed)
    {
        using SegmentStore store = SegmentStore.Open(
            new() { Folder = folder, Limit = Limit }, TimeProvider.System, NullLogger.Instance);
        TestContent[] contents = [.. Enumerable.Range(0, ContentCount).Select(GetContent)];
        var random = new Random(seed);
        while (true)
        {
            TestContent content = contents[random.Next(contents.Length)];
            switch (random.Next(16))
            {
                case 0:
                    store.Remove(new() { Segments = [content.Id] });
                    break;
                case 1:
                    store.Flush();
                    break;
                case 2:
                    store.Compact(default);
                    break;
                default:
                    int index = random.Next(content.Segment.BlockCount);
                    await store.TryStoreAsync(content.Segment, index, content.Block(index), default, default);
                    break;
            }

            Console.WriteLine("step");
        }
    }
}
