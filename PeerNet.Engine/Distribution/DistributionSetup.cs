using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Settings;

namespace PeerNet.Engine.Distribution;

/// <summary>Sets content distribution up, and puts it back; what its members do stands at
/// <see cref="IDistributionService"/>.</summary>
internal sealed class DistributionSetup(
    DistributionHost host, DistributionReport report, IDistributionObserver observer, IRandomSource random)
{
    public Task<PeerDistributionStatus> ConfigureAsync(PeerDistributionChange change, CancellationToken cancellationToken) =>
        host.ChangeAsync(stores => ConfigureAsync(stores, change, cancellationToken), cancellationToken);

    public Task<ReadOnlyMemory<byte>> ExportKeyAsync(ReadOnlyMemory<char> passphrase, CancellationToken cancellationToken) =>
        host.WithStoresAsync(
            stores => (ReadOnlyMemory<byte>)SecretKeyFile.Write(stores.Secrets.Current, passphrase.Span), cancellationToken);

    public Task ResetAsync(bool statisticsOnly, bool keepCache, CancellationToken cancellationToken) => host.ChangeAsync(
        async stores =>
        {
            if (!statisticsOnly)
            {
                await ResetAsync(stores, keepCache, cancellationToken).ConfigureAwait(false);
            }

            report.ResetCounters(stores);
            return statisticsOnly || await TellAsync(stores).ConfigureAwait(false) is not null;
        },
        cancellationToken);

    private async Task<PeerDistributionStatus> ConfigureAsync(
        DistributionStores stores, PeerDistributionChange change, CancellationToken cancellationToken)
    {
        DistributionSettings before = stores.Settings.Current;
        DistributionSettings after = DistributionRules.Apply(
            before, change, change.Certificate is not null || stores.Certificate.Current is not null);
        ServerSecret? secret = ReadSecret(change);
        if (change.Certificate is { } certificate)
        {
            stores.Certificate.Replace(certificate);
        }

        await host.ReconnectAsync(stores, before, after, cancellationToken).ConfigureAwait(false);
        if (secret is not null)
        {
            stores.Secrets.Replace(secret);
        }

        return await TellAsync(stores).ConfigureAwait(false);
    }

    private async Task ResetAsync(DistributionStores stores, bool keepCache, CancellationToken cancellationToken)
    {
        if (!keepCache)
        {
            await stores.Cache.Administration.ClearAsync(new(), cancellationToken).ConfigureAwait(false);
            stores.Hashes.Clear();
        }

        stores.Certificate.Remove();
        stores.Secrets.Replace(ServerSecret.Create(random));
        await host.ReconnectAsync(stores, stores.Settings.Current, new(), cancellationToken).ConfigureAwait(false);
    }

    private async Task<PeerDistributionStatus> TellAsync(DistributionStores stores)
    {
        PeerDistributionStatus status = await report.DescribeAsync(stores).ConfigureAwait(false);
        observer.DistributionChanged(status);
        return status;
    }

    private static ServerSecret? ReadSecret(PeerDistributionChange change) =>
        change.SecretPassphrase is { } passphrase ? ServerSecret.FromPassphrase(passphrase.Span)
        : change.SecretKeyFile is { } file
            ? SecretKeyFile.Read(file.Span, (change.SecretKeyPassphrase ?? default).Span, origin: null)
        : null;
}
