using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Systems;
using static System.Environment;

namespace PeerNet.Engine.Node.Installation;

/// <summary>Nodes that this machine's operating system starts.</summary>
public static class PeerNodeInstaller
{
    private static readonly NodeInstaller Installer = new(new SystemHost(TimeProvider.System), Choose(new SystemFiles()));

    /// <inheritdoc cref="NodeInstaller.Describe"/>
    public static IReadOnlyList<string> Describe(PeerNodeInstallRequest request) => Installer.Describe(request);

    /// <inheritdoc cref="NodeInstaller.DescribeRemoval"/>
    public static IReadOnlyList<string> DescribeRemoval(PeerNodeInstallation node) => Installer.DescribeRemoval(node);

    /// <summary>The nodes that were installed, as far as this user can see.</summary>
    public static IReadOnlyList<PeerNodeInstallation> FindAll() => Installer.FindAll();

    /// <summary>Has the operating system start a node, now and after this.</summary>
    /// <exception cref="PeerException">It is installed already, there is no service manager, or a step failed, as without the rights
    /// of an administrator.</exception>
    public static Task<PeerNodeInstallation> InstallAsync(PeerNodeInstallRequest request, CancellationToken cancellationToken) =>
        Installer.InstallAsync(request, cancellationToken);

    /// <summary>Ends a node, and has the operating system start it no more. Its state stays.</summary>
    /// <exception cref="PeerException">A step failed, as without the rights of an administrator.</exception>
    public static Task UninstallAsync(PeerNodeInstallation node, CancellationToken cancellationToken) =>
        Installer.UninstallAsync(node, cancellationToken);

    private static IServiceManager Choose(ISystemFiles files)
    {
        string home = GetFolderPath(SpecialFolder.UserProfile, SpecialFolderOption.DoNotVerify);
        return OperatingSystem.IsWindows()
            ? new TaskManager(
                files, Path.Combine(GetFolderPath(SpecialFolder.System), "Tasks"), GetFolderPath(SpecialFolder.CommonApplicationData), UserName)
            : OperatingSystem.IsMacOS() ? new LaunchdManager(files, $"{home}/Library/LaunchAgents", UnixUser.Current)
            : new SystemdManager(
                files, $"{GetFolderPath(SpecialFolder.ApplicationData, SpecialFolderOption.DoNotVerify)}/systemd/user");
    }
}
