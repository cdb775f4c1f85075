using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Systems;

namespace PeerNet.Engine.Node.Installation;

/// <summary>Has a service manager start nodes, and takes that back.</summary>
/// <param name="host">The machine.</param>
/// <param name="manager">The service manager.</param>
internal sealed class NodeInstaller(ISystemHost host, IServiceManager manager)
{
    /// <summary>What <see cref="InstallAsync"/> does, line by line.</summary>
    /// <exception cref="PeerException">The service manager cannot be told of such a node.</exception>
    public IReadOnlyList<string> Describe(PeerNodeInstallRequest request) => SystemRouting.Describe(GetSteps(request));

    /// <summary>What <see cref="UninstallAsync"/> does, line by line.</summary>
    public IReadOnlyList<string> DescribeRemoval(PeerNodeInstallation node) => SystemRouting.Describe(manager.Uninstall(node));

    public IReadOnlyList<PeerNodeInstallation> FindAll() => manager.FindAll();

    /// <exception cref="PeerException">It is installed already, there is no service manager, or a step failed.</exception>
    public async Task<PeerNodeInstallation> InstallAsync(PeerNodeInstallRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<SystemStep> steps = GetSteps(request);
        manager.RequireThere();
        if (!request.Replace && Find(request) is { } former)
        {
            throw PeerErrors.AlreadyExists.Exception(
                $"The node '{former.Name}' is installed already, with its state in '{former.StatePath}'. -Force installs it anew.", request.Name);
        }

        await DoAsync(steps, $"It may be installed in part: 'Uninstall-PeerNode {request.Name}' takes it away.", cancellationToken)
            .ConfigureAwait(false);
        return Find(request) ?? new(
            request.Name, request.Scope, request.StatePath ?? manager.LocateState(request.Name, request.Scope), IsActive: null);
    }

    /// <exception cref="PeerException">A step failed.</exception>
    public Task UninstallAsync(PeerNodeInstallation node, CancellationToken cancellationToken) =>
        DoAsync(manager.Uninstall(node), "It is installed still.", cancellationToken);

    private IReadOnlyList<SystemStep> GetSteps(PeerNodeInstallRequest request) =>
        [.. request.Replace && Find(request) is { } former ? manager.Uninstall(former) : [], .. manager.Install(request)];

    private PeerNodeInstallation? Find(PeerNodeInstallRequest request) => manager.FindAll().FirstOrDefault(
        node => node.Scope == request.Scope && node.Name.Equals(request.Name, StringComparison.OrdinalIgnoreCase));

    private async Task DoAsync(IReadOnlyList<SystemStep> steps, string consequence, CancellationToken cancellationToken)
    {
        foreach (SystemStep step in steps)
        {
            try
            {
                await host.DoAsync(step, cancellationToken).ConfigureAwait(false);
            }
            catch (PeerException failure)
            {
                throw failure.Error.Exception($"{step.Lines[0].TrimEnd(':')}: {failure.Message} {consequence}", manager.Name, failure);
            }
        }
    }
}
