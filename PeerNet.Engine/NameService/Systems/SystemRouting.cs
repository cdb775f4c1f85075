using System.Net;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.NameService.Systems;

/// <summary>Tells the operating system of this machine who answers for the zone, and takes it back.</summary>
/// <param name="host">The machine.</param>
/// <param name="resolver">How it is told.</param>
/// <param name="logger">The log.</param>
internal sealed class SystemRouting(ISystemHost host, ISystemResolver resolver, ILogger<SystemRouting> logger)
{
    private IReadOnlyList<SystemStep> _told = [];

    /// <summary>What this node has told, and not taken back; null where there is nothing.</summary>
    public string? ToldTo => _told.Count > 0 ? resolver.Name : null;

    /// <summary>The resolver of the system that this runs on.</summary>
    public static ISystemResolver Choose(ISystemFiles files) =>
        OperatingSystem.IsWindows() ? new WindowsResolver()
        : OperatingSystem.IsMacOS() ? new MacResolver(files)
        : new SystemdResolver(files);

    /// <summary>What the system is told: of several addresses the one that every program of this machine reaches.</summary>
    public static IPEndPoint ServerOf(IReadOnlyList<IPAddress> addresses, int port) =>
        new(addresses.FirstOrDefault(IPAddress.IsLoopback) ?? (addresses.Count > 0 ? addresses[0] : IPAddress.Loopback), port);

    /// <summary>What steps do, line by line.</summary>
    public static IReadOnlyList<string> Describe(IReadOnlyList<SystemStep> steps) => [.. steps.SelectMany(step => step.Lines)];

    /// <summary>Tells of a server, unless that was done.</summary>
    /// <exception cref="PeerException">It cannot be told, or the user may not; what was begun is taken back.</exception>
    public async Task TellAsync(IPEndPoint server, CancellationToken cancellationToken)
    {
        IReadOnlyList<SystemStep> steps = resolver.Tell(server);
        if (Describe(steps).SequenceEqual(Describe(_told)))
        {
            return;
        }

        _told = steps;
        try
        {
            await DoAsync(steps, cancellationToken).ConfigureAwait(false);
        }
        catch (PeerException failure)
        {
            await ReleaseAsync().ConfigureAwait(false);
            throw failure.Error.Exception(
                $"{resolver.Name} could not be told: {failure.Message} It takes an administrator. Steps: "
                + string.Join("; ", steps),
                resolver.Name,
                failure);
        }
        catch (OperationCanceledException)
        {
            await ReleaseAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes back what was told, by whatever node.</summary>
    /// <returns>Whether there was anything that can be seen.</returns>
    /// <exception cref="PeerException">It could not be taken back.</exception>
    public async Task<bool> TakeBackAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<SystemStep> steps = resolver.TakeBack();
        await DoAsync(steps, cancellationToken).ConfigureAwait(false);
        bool wasTold = _told.Count > 0 || steps.Any(step => step is SystemStep.Delete);
        _told = [];
        return wasTold;
    }

    /// <summary>Takes back what this node has told, unless another one has told something else since. What cannot be taken back
    /// is logged: it leads nowhere, and concerns the names of peers alone.</summary>
    public async Task ReleaseAsync()
    {
        bool isOurs = _told.Count > 0
            && _told.OfType<SystemStep.Write>().All(write => host.Read(write.Path) is not { } text || text == write.Text);
        _told = [];
        try
        {
            if (isOurs)
            {
                await DoAsync(resolver.TakeBack(), CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (PeerException failure)
        {
            NameServerLog.NotTakenBack(logger, resolver.Name, failure.Message);
        }
    }

    private async Task DoAsync(IReadOnlyList<SystemStep> steps, CancellationToken cancellationToken)
    {
        foreach (SystemStep step in steps)
        {
            await host.DoAsync(step, cancellationToken).ConfigureAwait(false);
            NameServerLog.Told(logger, resolver.Name, step.ToString());
        }
    }
}
