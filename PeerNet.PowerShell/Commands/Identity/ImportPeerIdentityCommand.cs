using System.Management.Automation;
using System.Security;
using System.Text;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Identity;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Imports an identity, or the configuration of a group, that Export-PeerIdentity wrote.</summary>
[Cmdlet(
    VerbsData.Import, "PeerIdentity", DefaultParameterSetName = PathSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Import-PeerIdentity" + HelpPages.Extension)]
[OutputType(typeof(PeerIdentity), typeof(PeerGroup))]
public sealed class ImportPeerIdentityCommand : GroupCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string XmlSet = "Xml";
    private const string GroupRoot = "PEERGROUPCONFIG";
    private const long MaximumLength = 1024 * 1024;

    /// <summary>The files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [PathTransformation]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The files, exactly as they are called.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The exported document itself.</summary>
    [Parameter(Mandatory = true, ParameterSetName = XmlSet)]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public string Xml { get; set; } = "";

    /// <summary>The password that it was exported with.</summary>
    [Parameter(Position = 1)]
    [ValidatePassword]
    [NoCompletion]
    public SecureString? Password { get; set; }

    /// <summary>Makes it the identity that is used where none is named.</summary>
    [Parameter]
    public SwitchParameter Default { get; set; }

    /// <summary>Replaces an identity with the same key.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => ParameterSetName switch
    {
        PathSet => Path,
        LiteralPathSet => LiteralPath,
        _ => Xml,
    };

    private protected override void Process()
    {
        if (ParameterSetName == XmlSet)
        {
            Import("XML document", Xml);
            return;
        }

        foreach (string file in GetFiles())
        {
            Report(() => Import(file, Read(file)));
        }
    }

    private void Import(string source, string xml)
    {
        bool isGroup = XmlDocuments.ReadRoot(xml) == GroupRoot;
        if (!ShouldProcess(source, isGroup ? "Import the configuration of a group" : "Import identity"))
        {
            return;
        }

        using var password = new PlainPassword(Password);
        InputFiles.Use(source, () =>
        {
            if (isGroup)
            {
                WriteGroup(Await(token => Groups.ImportAsync(xml, password.Memory, Force, token)));
            }
            else
            {
                WriteIdentity(Peer.Identities.Import(xml, password.Span, Default, Force));
            }
        });
    }

    private IEnumerable<string> GetFiles() => ParameterSetName == LiteralPathSet
        ? LiteralPath.Select(path => OutputFile.Resolve(this, path))
        : Path.SelectMany(path => InputFiles.Expand(this, path));

    private static string Read(string path) =>
        Encoding.UTF8.GetString(InputFiles.Read(path, MaximumLength, "an exported identity")).TrimStart('\uFEFF');
}
