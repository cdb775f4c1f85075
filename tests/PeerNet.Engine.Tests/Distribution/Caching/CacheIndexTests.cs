using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Caching;

namespace PeerNet.Engine.Tests.Distribution.Caching;

public sealed class CacheIndexTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peernet-index-");

    private string Location => Path.Combine(_folder.FullName, "index.db");

    [Fact]
    public void A_long_index_that_was_not_closed_is_checked_as_a_whole()
    {
        Fill(isClosed: false);
        Damage();
        using CacheIndex index = CacheIndex.Open(Location);

        PeerException failure = Assert.Throws<PeerException>(() => index.Begin());

        Assert.Contains(Location, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_was_closed_opens_without_being_read()
    {
        Fill(isClosed: true);
        Damage();
        using CacheIndex index = CacheIndex.Open(Location);

        Assert.True(index.Begin());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Fill(bool isClosed)
    {
        using CacheIndex index = CacheIndex.Open(Location);
        index.Begin();
        index.Write([], [.. Enumerable.Range(1, 40_000).Select(Describe)], clock: 1, wall: 1);
        if (isClosed)
        {
            index.End();
        }
    }

    // The last quarter, which none of the pages is in that are read first.
    private void Damage()
    {
        using FileStream file = new(Location, FileMode.Open, FileAccess.ReadWrite);
        file.Position = file.Length - (file.Length / 4);
        file.Write(new byte[file.Length - file.Position]);
    }

    private static IndexRow Describe(int row)
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(32);
        SegmentId.TryCreate(bytes, out SegmentId id);
        return new()
        {
            Row = row,
            Id = id,
            Version = PeerContentVersion.V2,
            Length = 65_536,
            IsSealed = false,
            Volume = 0,
            Slot = row,
            Held = [1],
            Added = 1,
            LastUsed = 1,
            Stamp = 1,
            Description = new(PeerContentVersion.V2, 1) { HashOfData = bytes, Secret = bytes },
        };
    }
}
