using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Node;
using PeerNet.Engine.Node.Installation;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Has the operating system start a node, now and whenever the machine starts or the user logs in.</summary>
[Cmdlet(
    VerbsLifecycle.Install, "PeerNode", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Install-PeerNode" + HelpPages.Extension)]
[OutputType(typeof(PeerNodeStatus))]
public sealed class InstallPeerNodeCommand : PeerCmdlet
{
    /// <summary>The node's name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    [ValidateForm(ValidateFormAttribute.Name, ValidateFormAttribute.NameDescription)]
    [NoCompletion]
    public string Name { get; set; } = "";

    /// <summary>Whether it is the machine's or the user's.</summary>
    [Parameter]
    public PeerNodeScope Scope { get; set; }

    /// <summary>A script that it runs when it has started.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ScriptPath { get; set; }

    /// <summary>The folder that keeps the node's state.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StatePath { get; set; }

    /// <summary>The user whose process it is.</summary>
    [Parameter]
    [ValidateForm(@"^[A-Za-z_][A-Za-z0-9._\\ -]{0,103}\$?\z", "the name of a user")]
    [NoCompletion]
    public string? User { get; set; }

    /// <summary>Lets it open ports below 1024.</summary>
    [Parameter]
    public SwitchParameter AllowLowPort { get; set; }

    /// <summary>Installs it anew where it is installed already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the node.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => Name;

    private protected override void CheckParameters()
    {
        if (Scope == PeerNodeScope.User && User is not null)
        {
            throw PeerErrors.InvalidArgument.Exception("A node of the user runs as the user: leave out -User, or -Scope User.", User);
        }
    }

    private protected override void Process()
    {
        PeerNodeInstallRequest request = GetRequest();
        if (!ShouldProcess(Name, "Install node:", PeerNodeInstaller.Describe(request)))
        {
            return;
        }

        WarnOfHome(request);
        WarnOfTemporaryFolder(request);
        PeerNodeInstallation installed = Await(token => PeerNodeInstaller.InstallAsync(request, token));
        if (PassThru)
        {
            WriteObject(InstalledNodes.Show(installed));
        }
    }

    private PeerNodeInstallRequest GetRequest() => new()
    {
        Name = Name,
        Scope = (Engine.Node.Installation.PeerNodeScope)Scope,
        Program = GetProgram(),
        ScriptPath = ScriptPath is null ? null : FindScript(ScriptPath),
        StatePath = StatePath is null ? null : OutputFile.Resolve(this, StatePath),
        User = User,
        AllowLowPorts = AllowLowPort,
        Replace = Force,
    };

    private void WarnOfHome(PeerNodeInstallRequest request)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + Path.DirectorySeparatorChar;
        string? inside = request.Program.Append(request.ScriptPath).FirstOrDefault(path => path?.StartsWith(home, StringComparison.Ordinal) == true);
        if (Scope == PeerNodeScope.System && User is null && inside is not null)
        {
            WriteWarning($"'{inside}' is in your home, where the service's user may not be able to read it. Install PowerShell and the "
                + "module for all users, and put scripts elsewhere; or name a user who can, by -User.");
        }
    }

    // Scripts there are refused; a copy of the module that is only tried may be there.
    private void WarnOfTemporaryFolder(PeerNodeInstallRequest request)
    {
        string temporary = Path.GetTempPath();
        if (Scope == PeerNodeScope.System && request.Program.FirstOrDefault(path => path.StartsWith(temporary, StringComparison.Ordinal)) is { } hidden)
        {
            WriteWarning($"'{hidden}' is in a folder for temporary files, which the service may not see and others may empty. "
                + "Install the module for all users first.");
        }
    }

    private string FindScript(string path)
    {
        string full = OutputFile.Resolve(this, path);
        return File.Exists(full) ? full : throw PeerErrors.NotFound.Exception($"There is no script '{full}'.", path);
    }

    // The PowerShell that runs this, which may be a tool of .NET: then the process is dotnet.
    private string[] GetProgram()
    {
        string process = Environment.ProcessPath!;
        string home = (string)SessionState.PSVariable.GetValue("PSHOME");
        string[] shell = Path.GetFileNameWithoutExtension(process).ToUpperInvariant() switch
        {
            "PWSH" => [process],
            "DOTNET" => [process, Path.Combine(home, "pwsh.dll")],
            _ => [Path.Combine(home, OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh")],
        };
        string script = Path.Combine(MyInvocation.MyCommand.Module.ModuleBase, "Service", "Run-PeerNode.ps1");
        return [.. shell, "-NoLogo", "-NoProfile", "-NonInteractive", "-File", script];
    }
}
