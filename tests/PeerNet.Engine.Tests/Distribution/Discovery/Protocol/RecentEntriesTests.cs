using PeerNet.Engine.Distribution.Discovery.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Discovery.Protocol;

public sealed class RecentEntriesTests
{
    private readonly RecentEntries<string, int> _entries = new(capacity: 2, TimeSpan.FromSeconds(10));

    [Fact]
    public void The_oldest_makes_room()
    {
        Set("a", 1, 0);
        Set("b", 2, 1);
        Set("c", 3, 2);

        Assert.Equal((null, 2, 3), (Get("a", 2), Get("b", 2), Get("c", 2)));
    }

    [Fact]
    public void An_entry_that_is_set_again_is_young()
    {
        Set("a", 1, 0);
        Set("b", 2, 1);
        Set("a", 4, 2);
        Set("c", 3, 3);

        Assert.Equal((4, null, 3), (Get("a", 3), Get("b", 3), Get("c", 3)));
        Assert.Equal(2, _entries.Count);
    }

    [Fact]
    public void Entries_are_forgotten_with_time()
    {
        Set("a", 1, 0);
        Set("b", 2, 1);

        Assert.Equal(1, Get("a", 9.9));
        Assert.Null(Get("a", 10));
        Assert.Equal(1, _entries.Count);
    }

    [Fact]
    public void What_is_removed_is_unknown()
    {
        Set("a", 1, 0);
        _entries.Remove("a");
        _entries.Remove("b");

        Assert.Null(Get("a", 0));
    }

    private void Set(string key, int value, double second) => _entries.Set(key, value, TimeSpan.FromSeconds(second));

    private int? Get(string key, double second) =>
        _entries.TryGet(key, TimeSpan.FromSeconds(second), out int value) ? value : null;
}
