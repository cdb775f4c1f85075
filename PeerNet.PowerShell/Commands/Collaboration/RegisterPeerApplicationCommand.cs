using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Registers a program that people can be invited to: an invitation that is accepted runs it.</summary>
[Cmdlet(
    VerbsLifecycle.Register, "PeerApplication", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = HelpPages.Root + "Register-PeerApplication" + HelpPages.Extension)]
[OutputType(typeof(PeerApplication))]
public sealed class RegisterPeerApplicationCommand : CollaborationCmdlet
{
    /// <summary>The application's id, the same on all machines.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [NoCompletion]
    public Guid Id { get; set; }

    /// <summary>What people call it.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateLength(1, PeerSignIn.MaximumText)]
    [NoCompletion]
    public string Name { get; set; } = "";

    /// <summary>What it does.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateLength(0, PeerSignIn.MaximumText)]
    [NoCompletion]
    public string Description { get; set; } = "";

    /// <summary>The program's file.</summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The program's arguments, each as it is: there is no shell that would read them.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Arguments")]
    [AllowEmptyCollection]
    [AllowEmptyString]
    [ValidateNotNull]
    [ValidateCount(0, PeerApplication.MaximumArguments)]
    [NoCompletion]
    public string[] ArgumentList { get; set; } = [];

    /// <summary>What others are told of it: bytes, or text, which goes as UTF-8.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ContentTransformation]
    [AllowEmptyCollection]
    [ValidateNotNull]
    [ValidateCount(0, PeerApplication.MaximumData)]
    [NoCompletion]
    public byte[] Data { get; set; } = [];

    /// <summary>Who is told that it is here.</summary>
    [Parameter]
    public PeerCollaborationScope Scope { get; set; } = PeerCollaborationScope.All;

    /// <summary>Registers it for all users of this machine.</summary>
    [Parameter]
    public SwitchParameter AllUsers { get; set; }

    /// <summary>Takes the place of one with the same id.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => Id;

    private protected override void Process()
    {
        string path = OutputFile.Resolve(this, Path);
        var application = new PeerApplication
        {
            Id = Id,
            Name = Name,
            Description = Description,
            Path = path,
            Arguments = ArgumentList,
            Data = Data,
            Scope = (Engine.Collaboration.PeerCollaborationScope)(int)Scope,
            IsForAllUsers = AllUsers,
        };
        if (ShouldProcess($"{Name} ({Id})", Describe(path)))
        {
            WriteWithNode(Await(token => Collaboration.RegisterApplicationAsync(application, Force, token)));
        }
    }

    private string Describe(string path)
    {
        string whom = AllUsers ? " for all users of this machine" : "";
        return $"Register{whom}, and run {Invitations.DescribeCommand(path, ArgumentList)} whenever an invitation to it is accepted";
    }
}
