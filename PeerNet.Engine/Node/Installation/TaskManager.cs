using System.Text;
using System.Xml.Linq;
using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Systems;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Node.Installation;

/// <summary>Windows: tasks of the Task Scheduler (MS-TSCH 2.5), which need no program of our own. Ports below 1024 are everybody's
/// there.</summary>
/// <param name="files">The files of the machine.</param>
/// <param name="tasks">The folder where the scheduler keeps tasks, as files.</param>
/// <param name="programData">The folder for the data of all users' programs.</param>
/// <param name="user">The user's name.</param>
internal sealed class TaskManager(ISystemFiles files, string tasks, string programData, string user) : IServiceManager
{
    private const string Folder = "PeerNet";

    // LocalService: no password, and hardly any rights.
    private const string ServiceUser = "S-1-5-19";

    private static readonly XNamespace Schema = "http://schemas.microsoft.com/windows/2004/02/mit/task";

    public string Name => "the Task Scheduler";

    public void RequireThere()
    {
        // Windows' own.
    }

    public IReadOnlyList<SystemStep> Install(PeerNodeInstallRequest request)
    {
        string state = request.StatePath ?? LocateState(request.Name, request.Scope);
        string task = $"-TaskName {Quote(request.Name)} -TaskPath {Quote(GetTaskPath(request.Scope))}";
        string text = Describe(request, state).ToString(SaveOptions.None).ReplaceLineEndings("\n");
        return [Script($"$null = Register-ScheduledTask {task} -Force -Xml {Quote(text)}\nStart-ScheduledTask {task}")];
    }

    public IReadOnlyList<SystemStep> Uninstall(PeerNodeInstallation node)
    {
        string task = $"-TaskName {Quote(node.Name)} -TaskPath {Quote(GetTaskPath(node.Scope))}";
        return [Script($"Stop-ScheduledTask {task}\nUnregister-ScheduledTask {task} -Confirm:$false")];
    }

    public string LocateState(string name, PeerNodeScope scope) =>
        scope == PeerNodeScope.System ? $@"{programData}\{Folder}\{name}" : StateFolder.Locate(name, statePath: null);

    public IReadOnlyList<PeerNodeInstallation> FindAll() => [.. FindAll(PeerNodeScope.System), .. FindAll(PeerNodeScope.User)];

    private IEnumerable<PeerNodeInstallation> FindAll(PeerNodeScope scope)
    {
        foreach (string file in files.List(tasks + GetTaskPath(scope).TrimEnd('\\')))
        {
            if (SafeXml.TryRead(files.Read(file), out XElement? task))
            {
                string name = file[(file.LastIndexOf('\\') + 1)..];
                yield return new(name, scope, task.Element(Schema + "Data")?.Value ?? LocateState(name, scope), IsActive: null);
            }
        }
    }

    private string GetTaskPath(PeerNodeScope scope) => scope == PeerNodeScope.System ? $@"\{Folder}\" : $@"\{Folder}\{user}\";

    private XElement Describe(PeerNodeInstallRequest request, string state)
    {
        IReadOnlyList<string> command = NodeCommand.Create(request, state);
        RequireLiteral(command);
        bool isSystem = request.Scope == PeerNodeScope.System;
        return Element(
            "Task",
            new XAttribute("version", "1.4"),
            Element("RegistrationInfo", Element("Description", $"PeerNet node {request.Name}")),
            Element("Triggers", isSystem ? Element("BootTrigger") : Element("LogonTrigger", Element("UserId", user))),
            Element("Principals", DescribePrincipal(request)),
            Element(
                "Settings",
                Element("MultipleInstancesPolicy", "IgnoreNew"),
                Element("DisallowStartIfOnBatteries", false),
                Element("StopIfGoingOnBatteries", false),
                Element("ExecutionTimeLimit", "PT0S"),
                Element("RestartOnFailure", Element("Interval", "PT1M"), Element("Count", 999))),
            Element("Data", state),
            Element(
                "Actions",
                new XAttribute("Context", "Node"),
                Element("Exec", Element("Command", command[0]), Element("Arguments", string.Join(' ', command.Skip(1).Select(QuoteArgument))))));
    }

    private XElement DescribePrincipal(PeerNodeInstallRequest request) => Element(
        "Principal",
        new XAttribute("id", "Node"),
        Element("UserId", request.Scope == PeerNodeScope.User ? user : request.User ?? ServiceUser),
        request switch
        {
            { Scope: PeerNodeScope.User } => Element("LogonType", "InteractiveToken"),
            { User: not null } => Element("LogonType", "S4U"),
            _ => null,
        },
        Element("RunLevel", "LeastPrivilege"));

    // The scheduler puts variables into command lines, and knows no way to write these two as they are.
    private static void RequireLiteral(IReadOnlyList<string> command)
    {
        if (command.FirstOrDefault(argument => argument.Contains('%', StringComparison.Ordinal) || argument.Contains("$(", StringComparison.Ordinal))
            is { } variable)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"'{variable}' has '%' or '$(', which the Task Scheduler takes for the beginning of a variable.", variable);
        }
    }

    private static XElement Element(string name, params object?[] content) => new(Schema + name, content);

    private static SystemStep.Run Script(string text) =>
        new("powershell.exe", "-NoProfile", "-NonInteractive", "-Command", $"$ErrorActionPreference = 'Stop'\n{text}");

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    // As CommandLineToArgvW takes it apart: backslashes count twice before a quote.
    private static string QuoteArgument(string argument)
    {
        var quoted = new StringBuilder("\"");
        int backslashes = 0;
        foreach (char c in argument)
        {
            quoted.Append('\\', c == '"' ? backslashes + 1 : 0).Append(c);
            backslashes = c == '\\' ? backslashes + 1 : 0;
        }

        return quoted.Append('\\', backslashes).Append('"').ToString();
    }
}
