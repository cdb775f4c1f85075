using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Distribution.Content;

public sealed class ServerSecretStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Tests.SeededRandom _random = new(7);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_secret_is_made_once_and_stays()
    {
        ServerSecretStore first = Open();
        byte[] key = first.Current.Key.ToArray();
        DateTimeOffset created = first.Created;
        _time.Advance(TimeSpan.FromDays(1));
        ServerSecretStore second = Open();

        Assert.Equal(32, key.Length);
        Assert.Equal(key, second.Current.Key.ToArray());
        Assert.Equal(_time.GetUtcNow() - TimeSpan.FromDays(1), created);
        Assert.Equal(created, second.Created);
    }

    [Fact]
    public void Another_secret_takes_its_place()
    {
        ServerSecretStore store = Open();
        _ = store.Current;
        _time.Advance(TimeSpan.FromHours(1));
        store.Replace(ServerSecret.FromPassphrase("shared"));

        Assert.Equal(ServerSecret.FromPassphrase("shared").Key.ToArray(), Open().Current.Key.ToArray());
        Assert.Equal(_time.GetUtcNow(), Open().Created);
    }

    [Fact]
    public void The_file_is_the_users_alone()
    {
        _ = Open().Current;
        string file = Assert.Single(Directory.GetFiles(_folder.Location));

        Assert.True(
            OperatingSystem.IsWindows()
            || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(12)]
    public void A_damaged_file_is_left_as_it_was(int length)
    {
        _ = Open().Current;
        string file = Assert.Single(Directory.GetFiles(_folder.Location));
        byte[] damaged = File.ReadAllBytes(file)[..length];
        File.WriteAllBytes(file, damaged);

        PeerException exception = Assert.Throws<PeerException>(() => Open().Current);
        Assert.Same(PeerErrors.InvalidData, exception.Error);
        Assert.Contains(file, exception.Message);
        Assert.Equal(damaged, File.ReadAllBytes(file));
    }

    private ServerSecretStore Open() => new(_folder.Location, _time, _random);
}
