using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Systems;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Node.Installation;

/// <summary>Linux: units of systemd (systemd.service(5), systemd.exec(5)).</summary>
/// <param name="files">The files of the machine.</param>
/// <param name="userUnits">The folder of the user's units.</param>
internal sealed class SystemdManager(ISystemFiles files, string userUnits) : IServiceManager
{
    private const string Mark = "# Written by PeerNet (Install-PeerNode); Uninstall-PeerNode deletes it.";
    private const string SystemUnits = "/etc/systemd/system";
    private const string Prefix = "peernet-";
    private const string Suffix = ".service";
    private const string StateKey = "StatePath=";

    // Is there while it is the first process.
    private const string RuntimeFolder = "/run/systemd/system";

    // Folders that a unit with a user of its own cannot see.
    private static readonly string[] Homes = ["/home/", "/root/", "/run/user/"];
    private static readonly string[] Temporary = ["/tmp/", "/var/tmp/"];

    public string Name => "systemd";

    public void RequireThere()
    {
        if (!files.HasFolder(RuntimeFolder))
        {
            throw PeerErrors.ServiceNotAvailable.Exception(
                "systemd does not run here. In a container, let the command line that -WhatIf shows be the container's own; other service "
                + "managers can run the same line, and end it by SIGTERM.",
                Name);
        }
    }

    public IReadOnlyList<SystemStep> Install(PeerNodeInstallRequest request)
    {
        string path = GetUnit(request.Name, request.Scope);
        if (files.Read(path) is { } text && !IsOurs(text))
        {
            throw PeerErrors.AlreadyExists.Exception($"The file '{path}' was written by somebody else, and is left as it is.", path);
        }

        return
        [
            .. MakeFolder(request),
            new SystemStep.Write(path, Describe(request)),
            Control(request.Scope, "daemon-reload"),
            Control(request.Scope, "enable", Path.GetFileName(path)),
            Control(request.Scope, "restart", Path.GetFileName(path)),
        ];
    }

    public IReadOnlyList<SystemStep> Uninstall(PeerNodeInstallation node)
    {
        string path = GetUnit(node.Name, node.Scope);
        return
        [
            Control(node.Scope, "disable", "--now", Path.GetFileName(path)),
            new SystemStep.Delete(path),
            Control(node.Scope, "daemon-reload"),
        ];
    }

    public string LocateState(string name, PeerNodeScope scope) =>
        scope == PeerNodeScope.System ? $"/var/lib/{Prefix}{name}" : StateFolder.Locate(name, statePath: null);

    public IReadOnlyList<PeerNodeInstallation> FindAll() =>
        [.. FindAll(SystemUnits, PeerNodeScope.System), .. FindAll(userUnits, PeerNodeScope.User)];

    private IEnumerable<PeerNodeInstallation> FindAll(string folder, PeerNodeScope scope)
    {
        foreach (string file in files.List(folder))
        {
            string unit = Path.GetFileName(file);
            if (unit.StartsWith(Prefix, StringComparison.Ordinal) && unit.EndsWith(Suffix, StringComparison.Ordinal)
                && files.Read(file) is { } text && IsOurs(text))
            {
                string name = unit[Prefix.Length..^Suffix.Length];
                string? state = text.Split('\n').LastOrDefault(line => line.StartsWith(StateKey, StringComparison.Ordinal));
                yield return new(name, scope, state?[StateKey.Length..] ?? LocateState(name, scope), IsActive(unit, scope));
            }
        }
    }

    // The group of its processes is there while it runs.
    private bool? IsActive(string unit, PeerNodeScope scope) =>
        scope == PeerNodeScope.System && files.HasFolder(RuntimeFolder) ? files.HasFolder($"/sys/fs/cgroup/system.slice/{unit}") : null;

    private string GetUnit(string name, PeerNodeScope scope) =>
        $"{(scope == PeerNodeScope.System ? SystemUnits : userUnits)}/{Prefix}{name}{Suffix}";

    private static bool IsOurs(string text) => text.StartsWith(Mark, StringComparison.Ordinal);

    private static SystemStep.Run Control(PeerNodeScope scope, params string[] arguments) =>
        new("systemctl", scope == PeerNodeScope.User ? ["--user", .. arguments] : arguments);

    private static IEnumerable<SystemStep> MakeFolder(PeerNodeInstallRequest request) =>
        request is { Scope: PeerNodeScope.System, StatePath: { } path, User: { } user }
            ? [new SystemStep.Run("install", "-d", "-m", "0700", "-o", user, path)]
            : [];

    private string Describe(PeerNodeInstallRequest request)
    {
        string statePath = request.StatePath ?? LocateState(request.Name, request.Scope);
        IReadOnlyList<string> command = NodeCommand.Create(request, statePath);
        bool isSystem = request.Scope == PeerNodeScope.System;
        return string.Join('\n', [
            Mark,
            "[Unit]",
            $"Description=PeerNet node {request.Name}",
            .. isSystem ? ["Wants=network-online.target", "After=network-online.target"] : Array.Empty<string>(),
            "",
            "[Service]",
            "Type=notify",
            $"ExecStart=:{string.Join(' ', command.Select(Quote))}",
            "Restart=on-failure",
            "RestartSec=5",

            // The process leaves at SIGTERM by that signal; where .NET makes it an exit code, it is this one.
            "SuccessExitStatus=143",

            // The script may fill a cache first.
            "TimeoutStartSec=15min",
            "TimeoutStopSec=30",
            "UMask=0077",
            "NoNewPrivileges=yes",
            "Environment=POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off",
            .. isSystem ? DescribeConfinement(request, command) : [],
            "",
            "[Install]",
            $"WantedBy={(isSystem ? "multi-user" : "default")}.target",
            "",
            "[X-PeerNet]",
            $"{StateKey}{statePath}",
            ""]);
    }

    // PowerShell compiles while it runs, so that MemoryDenyWriteExecute= is not for it.
    private static IEnumerable<string> DescribeConfinement(PeerNodeInstallRequest request, IReadOnlyList<string> command)
    {
        RequireReadable(request);
        string capability = request.AllowLowPorts ? "CAP_NET_BIND_SERVICE" : "";
        bool needsHome = command.Any(argument => Homes.Any(home => argument.StartsWith(home, StringComparison.Ordinal)));
        return
        [
            request.User is { } user ? $"User={user}" : "DynamicUser=yes",
            request.StatePath is { } state ? $"ReadWritePaths={Quote(state)}" : $"StateDirectory={Prefix}{request.Name}",
            "StateDirectoryMode=0700",
            $"CacheDirectory={Prefix}{request.Name}",
            $"Environment=HOME=/var/cache/{Prefix}{request.Name}",
            $"CapabilityBoundingSet={capability}",
            .. request.AllowLowPorts ? [$"AmbientCapabilities={capability}"] : Array.Empty<string>(),
            "ProtectSystem=strict",
            $"ProtectHome={(needsHome ? "read-only" : "yes")}",
            "PrivateTmp=yes",
            "PrivateDevices=yes",
            "ProtectKernelTunables=yes",
            "ProtectKernelModules=yes",
            "ProtectKernelLogs=yes",
            "ProtectControlGroups=yes",
            "ProtectClock=yes",
            "ProtectHostname=yes",
            "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
            "RestrictNamespaces=yes",
            "RestrictRealtime=yes",
            "RestrictSUIDSGID=yes",
            "LockPersonality=yes",
            "SystemCallArchitectures=native",
        ];
    }

    private static void RequireReadable(PeerNodeInstallRequest request)
    {
        if (request.ScriptPath is { } hidden && Temporary.Any(folder => hidden.StartsWith(folder, StringComparison.Ordinal)))
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"'{hidden}' is in a folder for temporary files, which the service does not see and others may empty.", hidden);
        }

        if (request is { StatePath: { } path, User: null })
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"The service's own user changes with each start and cannot keep '{path}': name one that exists by -User, or leave out "
                + "-StatePath.",
                path);
        }
    }

    // The colon before the command keeps $ as it is (systemd.service(5), Command Lines); % begins a specifier everywhere.
    private static string Quote(string argument) =>
        '"' + argument.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("%", "%%", StringComparison.Ordinal) + '"';
}
