using System.Globalization;
using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Settings;

/// <summary>Which settings fit together. Checked as a whole, so that everything wrong is said at once.</summary>
internal static class DistributionRules
{
    private const int MaximumServers = 16;

    /// <summary>The settings after a change.</summary>
    /// <param name="current">The settings before.</param>
    /// <param name="change">The change.</param>
    /// <param name="hasCertificate">Whether there is, or will be, a certificate for a hosted cache of version 1.</param>
    /// <exception cref="PeerException">They do not fit together.</exception>
    public static DistributionSettings Apply(
        DistributionSettings current, PeerDistributionChange change, bool hasCertificate)
    {
        DistributionSettings next = current with
        {
            Mode = change.Mode ?? current.Mode,
            HostedCacheServers = change.HostedCacheServers ?? current.HostedCacheServers,
            HostedCacheVersion = change.HostedCacheVersion ?? current.HostedCacheVersion,
            PreferredVersion = change.PreferredVersion ?? current.PreferredVersion,
            ServeOnBattery = change.ServeOnBattery ?? current.ServeOnBattery,
            MinimumLatency = change.MinimumLatency ?? current.MinimumLatency,
            MaxConcurrentUpload = change.MaxConcurrentUpload ?? current.MaxConcurrentUpload,
            Cipher = change.Cipher ?? current.Cipher,
            AllowUnencrypted = change.AllowUnencrypted ?? current.AllowUnencrypted,
            Port = change.Port ?? current.Port,
            HostedCachePort = change.HostedCachePort ?? current.HostedCachePort,
        };
        List<string> errors = FindErrors(next);
        if (next is { Mode: PeerDistributionMode.HostedServer, HostedCacheVersion: 1 } && !hasCertificate)
        {
            errors.Add("A hosted cache of version 1 needs a certificate with its key.");
        }

        if (change.Authentication == PeerDistributionAuthentication.Domain)
        {
            errors.Add("Authentication Domain needs SPNEGO and a domain, which are not available here; use None.");
        }

        return errors.Count == 0
            ? next
            : throw PeerErrors.InvalidDistributionConfiguration.Exception(string.Join(" ", errors), change.Mode);
    }

    /// <summary>What is wrong with settings, a sentence each.</summary>
    public static List<string> FindErrors(DistributionSettings settings)
    {
        List<string> errors = [];
        if (!Enum.IsDefined(settings.Mode))
        {
            errors.Add($"'{settings.Mode}' is not a mode.");
        }

        if (settings is { Mode: PeerDistributionMode.HostedClient, HostedCacheServers.Count: 0 })
        {
            errors.Add("A hosted client needs at least one hosted cache server.");
        }

        if (settings.HostedCacheServers.Count > MaximumServers)
        {
            errors.Add($"At most {MaximumServers} hosted cache servers can be named.");
        }

        if (settings.HostedCacheVersion is not (1 or 2))
        {
            errors.Add($"The version of the hosted cache must be 1 or 2, not {settings.HostedCacheVersion}.");
        }

        errors.AddRange(settings.HostedCacheServers
            .Where(server => !HostedCacheAddress.TryParse(server, settings.HostedCacheVersion, out _))
            .Select(server => HostedCacheAddress.Describe(server, settings.HostedCacheVersion)));
        if (!Enum.IsDefined(settings.PreferredVersion))
        {
            errors.Add($"'{settings.PreferredVersion}' is not a version of content information.");
        }

        if (!Enum.IsDefined(settings.Cipher))
        {
            errors.Add($"'{settings.Cipher}' is not a cipher of blocks.");
        }

        if (settings.MinimumLatency < TimeSpan.Zero || settings.MinimumLatency > TimeSpan.FromMinutes(1))
        {
            errors.Add("The minimum latency must be between 0 and one minute.");
        }

        if (settings.MaxConcurrentUpload is < 1 or > 4096)
        {
            errors.Add("The number of concurrent uploads must be 1 to 4096.");
        }

        if (settings.Port is < 1 or > IPEndPoint.MaxPort)
        {
            errors.Add(string.Create(CultureInfo.InvariantCulture, $"The port {settings.Port} must be 1 to {IPEndPoint.MaxPort}."));
        }

        if (settings.HostedCachePort is < 1 or > IPEndPoint.MaxPort)
        {
            errors.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"The port of offers {settings.HostedCachePort} must be 1 to {IPEndPoint.MaxPort}."));
        }

        if (settings.Port is { } port && port == settings.HostedCachePort)
        {
            errors.Add(string.Create(
                CultureInfo.InvariantCulture, $"Retrieval and offers over HTTPS cannot share the port {port}."));
        }

        return errors;
    }
}
