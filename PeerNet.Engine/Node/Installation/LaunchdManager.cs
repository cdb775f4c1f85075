using System.Xml.Linq;
using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Systems;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Node.Installation;

/// <summary>macOS: property lists of launchd (launchd.plist(5)). Ports below 1024 are everybody's there.</summary>
/// <param name="files">The files of the machine.</param>
/// <param name="userAgents">The folder of the user's agents.</param>
/// <param name="userId">The user, as the system numbers users.</param>
internal sealed class LaunchdManager(ISystemFiles files, string userAgents, uint userId) : IServiceManager
{
    private const string SystemDaemons = "/Library/LaunchDaemons";
    private const string Prefix = "peernet.node.";
    private const string Suffix = ".plist";
    private const string Declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

    // A user of the system for daemons, with no rights but everybody's.
    private const string DaemonUser = "daemon";
    private const int PrivateMask = 63;

    public string Name => "launchd";

    public void RequireThere()
    {
        // Nothing on macOS runs without it.
    }

    public IReadOnlyList<SystemStep> Install(PeerNodeInstallRequest request)
    {
        string state = request.StatePath ?? LocateState(request.Name, request.Scope);
        string path = GetFile(request.Name, request.Scope);
        return
        [
            .. request.Scope == PeerNodeScope.System
                ? [new SystemStep.Run("install", "-d", "-m", "0700", "-o", request.User ?? DaemonUser, state)]
                : Array.Empty<SystemStep>(),
            new SystemStep.Write(path, Declaration + Describe(request, state) + "\n"),
            new SystemStep.Run("launchctl", "bootstrap", GetDomain(request.Scope), path),
        ];
    }

    public IReadOnlyList<SystemStep> Uninstall(PeerNodeInstallation node) =>
    [
        new SystemStep.Run("launchctl", "bootout", $"{GetDomain(node.Scope)}/{Prefix}{node.Name}"),
        new SystemStep.Delete(GetFile(node.Name, node.Scope)),
    ];

    public string LocateState(string name, PeerNodeScope scope) => scope == PeerNodeScope.System
        ? $"/Library/Application Support/PeerNet/{name}"
        : StateFolder.Locate(name, statePath: null);

    public IReadOnlyList<PeerNodeInstallation> FindAll() =>
        [.. FindAll(SystemDaemons, PeerNodeScope.System), .. FindAll(userAgents, PeerNodeScope.User)];

    private IEnumerable<PeerNodeInstallation> FindAll(string folder, PeerNodeScope scope)
    {
        foreach (string file in files.List(folder))
        {
            string label = Path.GetFileName(file);
            if (label.StartsWith(Prefix, StringComparison.Ordinal) && label.EndsWith(Suffix, StringComparison.Ordinal)
                && SafeXml.TryRead(files.Read(file), out XElement? list))
            {
                string name = label[Prefix.Length..^Suffix.Length];
                string[] command = [.. list.Descendants("array").Take(1).Elements("string").Select(argument => argument.Value)];
                yield return new(name, scope, NodeCommand.ReadStatePath(command) ?? LocateState(name, scope), IsActive: null);
            }
        }
    }

    private string GetFile(string name, PeerNodeScope scope) =>
        $"{(scope == PeerNodeScope.System ? SystemDaemons : userAgents)}/{Prefix}{name}{Suffix}";

    private string GetDomain(PeerNodeScope scope) =>
        scope == PeerNodeScope.System ? "system" : FormattableString.Invariant($"gui/{userId}");

    private static XElement Describe(PeerNodeInstallRequest request, string state) => new(
        "plist",
        new XAttribute("version", "1.0"),
        new XElement("dict", [
            .. Entry("Label", Text(Prefix + request.Name)),
            .. Entry("ProgramArguments", new XElement("array", NodeCommand.Create(request, state).Select(Text))),
            .. request.Scope == PeerNodeScope.System ? Entry("UserName", Text(request.User ?? DaemonUser)) : [],
            .. Entry("RunAtLoad", new XElement("true")),
            .. Entry("KeepAlive", new XElement("dict", Entry("SuccessfulExit", new XElement("false")))),
            .. Entry("Umask", new XElement("integer", PrivateMask)),
            .. Entry("ExitTimeOut", new XElement("integer", 30)),
            .. Entry("StandardOutPath", Text($"{state}/service.log")),
            .. Entry("StandardErrorPath", Text($"{state}/service.log")),
            .. Entry(
                "EnvironmentVariables",
                new XElement("dict", [
                    .. Entry("POWERSHELL_TELEMETRY_OPTOUT", Text("1")), .. Entry("POWERSHELL_UPDATECHECK", Text("Off")),
                    .. request.Scope == PeerNodeScope.System ? Entry("HOME", Text(state)) : []])),
        ]));

    private static XElement[] Entry(string key, XElement value) => [new("key", key), value];

    private static XElement Text(string text) => new("string", text);
}
