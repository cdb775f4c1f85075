using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Distribution.Caching;

/// <summary>A store in a folder of its own, on a clock that stands still.</summary>
internal sealed class StoreFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StoreFixture(long limit = long.MaxValue)
    {
        Options = new() { Folder = Combine("store"), Limit = limit };
        Store = Open();
    }

    public FakeTimeProvider Time { get; } = new();

    public SegmentStoreOptions Options { get; set; }

    public SegmentStore Store { get; private set; }

    public string DataFolder => Combine("store/data");

    public string Combine(string name) => _folder.Combine(name);

    /// <summary>The bytes of a file that the store may have open.</summary>
    public static byte[] ReadFile(string path)
    {
        using FileStream file = OpenFile(path);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Opens a file beside the store.</summary>
    public static FileStream OpenFile(string path) =>
        new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    public SegmentStore Open() => SegmentStore.Open(Options, Time, NullLogger.Instance);

    public void Reopen()
    {
        Store.Dispose();
        Store = Open();
    }

    /// <summary>Opens the store as it is on the disk now, as after a kill.</summary>
    public void Crash(Action? meanwhile = null)
    {
        string copy = Combine("copy");
        Copy(Options.Folder, copy);
        Store.Dispose();
        Directory.Delete(Options.Folder, recursive: true);
        Directory.Move(copy, Options.Folder);
        meanwhile?.Invoke();
        Store = Open();
    }

    public async Task<bool> StoreAsync(TestContent content, Guid tag = default)
    {
        bool isStored = true;
        for (int index = 0; index < content.Segment.BlockCount; index++)
        {
            isStored &= await StoreAsync(content, index, tag);
        }

        return isStored;
    }

    public ValueTask<bool> StoreAsync(TestContent content, int index, Guid tag = default) =>
        Store.TryStoreAsync(content.Segment, index, content.Block(index), tag, default);

    /// <summary>A block as a peer gets it; null where the store does not have it.</summary>
    public async Task<byte[]?> ReadAsync(SegmentId id, int index)
    {
        using HeldBlock? block = await Store.ReadBlockAsync(id, index, default);
        return block?.Data.ToArray();
    }

    public async Task AssertHeldAsync(TestContent content)
    {
        for (int index = 0; index < content.Segment.BlockCount; index++)
        {
            Assert.Equal(content.Block(index), await ReadAsync(content.Id, index));
        }
    }

    public void Dispose()
    {
        Store.Dispose();
        _folder.Dispose();
    }

    private static void Copy(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (string folder in Directory.EnumerateDirectories(source))
        {
            Copy(folder, Path.Combine(target, Path.GetFileName(folder)));
        }

        foreach (string file in Directory.EnumerateFiles(source).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
    }
}
