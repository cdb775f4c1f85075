using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Settings;

namespace PeerNet.Engine.Tests.Distribution.Settings;

public sealed class DistributionSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => System.IO.Path.Combine(_folder.Location, "distribution.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_node_distributes_among_the_peers_of_its_links()
    {
        Assert.Equal(PeerDistributionMode.Distributed, DistributionSettings.Open(Path).Current.Mode);
    }

    [Fact]
    public void Settings_are_read_back()
    {
        DistributionSettings settings = new()
        {
            Mode = PeerDistributionMode.HostedClient,
            HostedCacheServers = ["cache.example.net", "[2001:db8::7]:8008"],
            HostedCacheVersion = 1,
            PreferredVersion = PeerContentVersion.V1,
            ServeOnBattery = true,
            MinimumLatency = TimeSpan.FromMilliseconds(80),
            MaxConcurrentUpload = 5,
            Cipher = PeerBlockCipher.Aes256,
            AllowUnencrypted = true,
            Port = 8080,
            HostedCachePort = 8444,
        };
        DistributionSettings.Open(Path).Save(settings);

        DistributionSettings read = DistributionSettings.Open(Path).Current;

        Assert.Equal(settings.HostedCacheServers, read.HostedCacheServers);
        Assert.Equal(settings with { HostedCacheServers = read.HostedCacheServers }, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"Version\": 1}")]
    [InlineData("{\"Version\": 1, \"Settings\": {\"Mode\": \"Sideways\"}}")]
    [InlineData("{\"Version\": 1, \"Settings\": {\"Port\": -4}}")]
    [InlineData("{\"Version\": 1, \"Settings\": {\"Cipher\": 0}}")]
    public void A_damaged_file_is_reported_and_left_as_it_is(string content)
    {
        File.WriteAllText(Path, content);

        PeerException error = Assert.Throws<PeerException>(() => DistributionSettings.Open(Path));

        Assert.Same(PeerErrors.InvalidData, error.Error);
        Assert.Equal(Path, error.Target);
        Assert.Equal(content, File.ReadAllText(Path));
    }

    [Fact]
    public void The_settings_of_a_later_version_are_not_guessed_at()
    {
        File.WriteAllText(Path, "{\"Version\": 2}");

        Assert.Same(
            PeerErrors.UnsupportedVersion,
            Assert.Throws<PeerException>(() => DistributionSettings.Open(Path)).Error);
    }
}
