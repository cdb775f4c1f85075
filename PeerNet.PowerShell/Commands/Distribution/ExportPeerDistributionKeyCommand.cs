using System.Management.Automation;
using System.Security;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Exports the server secret, so that another server describes equal content equally.</summary>
[Cmdlet(
    VerbsData.Export, "PeerDistributionKey", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = HelpPages.Root + "Export-PeerDistributionKey" + HelpPages.Extension)]
[OutputType(typeof(FileInfo))]
public sealed class ExportPeerDistributionKeyCommand : NodeCmdlet
{
    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The passphrase that protects it.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidatePassword]
    [NoCompletion]
    public SecureString? Passphrase { get; set; }

    /// <summary>Overwrites the file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => Path;

    private protected override void Process()
    {
        string file = OutputFile.Resolve(this, Path);
        const string action = "Export the server secret; whoever has it and its passphrase can read all content that this node describes";
        if (!ShouldProcess(file, action))
        {
            return;
        }

        using var passphrase = new PlainPassword(Passphrase);
        ReadOnlyMemory<byte> key = Await(token => Peer.Distribution.ExportKeyAsync(passphrase.Memory, token));
        OutputFile.Write(file, key.Span, Force);
        WriteFile(file);
    }
}
