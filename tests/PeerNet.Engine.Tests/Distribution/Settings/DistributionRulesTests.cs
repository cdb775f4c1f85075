using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Settings;

namespace PeerNet.Engine.Tests.Distribution.Settings;

public sealed class DistributionRulesTests
{
    [Fact]
    public void What_is_not_named_stays()
    {
        DistributionSettings before = new() { Mode = PeerDistributionMode.Local, MaxConcurrentUpload = 7 };

        DistributionSettings after = DistributionRules.Apply(
            before, new() { PreferredVersion = PeerContentVersion.V1 }, hasCertificate: false);

        Assert.Equal(before with { PreferredVersion = PeerContentVersion.V1 }, after);
    }

    [Fact]
    public void A_hosted_client_needs_a_server()
    {
        PeerException error = Refuse(new() { Mode = PeerDistributionMode.HostedClient });

        Assert.Same(PeerErrors.InvalidDistributionConfiguration, error.Error);
        Assert.Contains("at least one hosted cache server", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hosted_server_of_version_1_needs_a_certificate()
    {
        PeerDistributionChange change = new() { Mode = PeerDistributionMode.HostedServer, HostedCacheVersion = 1 };

        Assert.Contains("certificate", Refuse(change).Message, StringComparison.Ordinal);
        Assert.Equal(
            PeerDistributionMode.HostedServer, DistributionRules.Apply(new(), change, hasCertificate: true).Mode);
    }

    [Fact]
    public void Domain_authentication_is_said_not_to_be_there()
    {
        Assert.Contains(
            "SPNEGO",
            Refuse(new() { Authentication = PeerDistributionAuthentication.Domain }).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_is_said_at_once()
    {
        string message = Refuse(new()
        {
            HostedCacheServers = ["http://cache/path"],
            HostedCacheVersion = 3,
            Port = 70_000,
            HostedCachePort = 70_001,
            MaxConcurrentUpload = 0,
            MinimumLatency = TimeSpan.FromHours(1),
        }).Message;

        Assert.All(
            ["http://cache/path", "1 or 2", "70000", "70001", "1 to 4096", "one minute"],
            part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Retrieval_and_offers_over_HTTPS_need_a_port_each()
    {
        Assert.Contains("8008", Refuse(new() { Port = 8008, HostedCachePort = 8008 }).Message, StringComparison.Ordinal);
        Assert.Equal(
            8443, DistributionRules.Apply(new(), new() { Port = 8008, HostedCachePort = 8443 }, hasCertificate: false).HostedCachePort);
    }

    [Fact]
    public void A_hosted_cache_serves_more_peers_at_once_unless_told_otherwise()
    {
        DistributionSettings server = new() { Mode = PeerDistributionMode.HostedServer };

        Assert.Equal(64, new DistributionSettings().EffectiveUploads);
        Assert.Equal(1024, server.EffectiveUploads);
        Assert.Equal(5, (server with { MaxConcurrentUpload = 5 }).EffectiveUploads);
    }

    private static PeerException Refuse(PeerDistributionChange change) =>
        Assert.Throws<PeerException>(() => DistributionRules.Apply(new(), change, hasCertificate: false));
}
