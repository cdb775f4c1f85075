using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Identity;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Exports an identity with its key under a password, its public part, a delegation of its names, or what it is in a group.</summary>
[Cmdlet(
    VerbsData.Export, "PeerIdentity", DefaultParameterSetName = PrivateSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Export-PeerIdentity" + HelpPages.Extension)]
[OutputType(typeof(FileInfo), ParameterSetName = [PrivateSet, PublicSet, DelegationSet, GroupSet])]
[OutputType(typeof(string), ParameterSetName = [PrivateXmlSet, PublicXmlSet, GroupXmlSet])]
public sealed class ExportPeerIdentityCommand : GroupCmdlet
{
    private const string PrivateSet = "Private";
    private const string PrivateXmlSet = "PrivateXml";
    private const string PublicSet = "Public";
    private const string PublicXmlSet = "PublicXml";
    private const string DelegationSet = "Delegation";
    private const string GroupSet = "Group";
    private const string GroupXmlSet = "GroupXml";

    /// <summary>The identity.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PrivateSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PrivateXmlSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PublicSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PublicXmlSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = DelegationSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [IdentityTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Identity { get; set; }

    /// <summary>The group whose configuration is exported: what another machine needs to be this member there.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GroupSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = GroupXmlSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [GroupTargetTransformation]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNull]
    public GroupTarget? Group { get; set; }

    /// <summary>The password that protects the exported key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PrivateSet)]
    [Parameter(Mandatory = true, ParameterSetName = PrivateXmlSet)]
    [Parameter(Mandatory = true, ParameterSetName = GroupSet)]
    [Parameter(Mandatory = true, ParameterSetName = GroupXmlSet)]
    [ValidatePassword]
    [NoCompletion]
    public SecureString? Password { get; set; }

    /// <summary>Exports what others may know: no key, no password.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PublicSet)]
    [Parameter(Mandatory = true, ParameterSetName = PublicXmlSet)]
    public SwitchParameter Public { get; set; }

    /// <summary>Issues a delegation chain, with which another identity may register names of this one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DelegationSet)]
    public SwitchParameter Delegation { get; set; }

    /// <summary>Who may register: an identity, a certificate, or the path of a file that -Public wrote.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DelegationSet)]
    [CertificateTransformation]
    [ValidateNotNull]
    public X509Certificate2? To { get; set; }

    /// <summary>The classifiers of the names that may be registered; all where none is given.</summary>
    [Parameter(ParameterSetName = DelegationSet)]
    [ValidateNotNull]
    [ValidateClassifier]
    [NoCompletion]
    public string[] Classifier { get; set; } = [];

    /// <summary>Lets the other identity delegate further.</summary>
    [Parameter(ParameterSetName = DelegationSet)]
    public SwitchParameter AllowSubdelegation { get; set; }

    /// <summary>How long the delegation is valid.</summary>
    [Parameter(ParameterSetName = DelegationSet)]
    [TimeSpanTransformation]
    [ValidateLifetime]
    [NoCompletion]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The chain by which this identity was given the right that it passes on.</summary>
    [Parameter(ParameterSetName = DelegationSet)]
    [DelegationChainTransformation]
    [ValidateNotNullOrEmpty]
    public byte[]? DelegationChain { get; set; }

    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = PrivateSet)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = PublicSet)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = DelegationSet)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = GroupSet)]
    [Alias("LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Writes the document to the pipeline instead of a file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PrivateXmlSet)]
    [Parameter(Mandatory = true, ParameterSetName = PublicXmlSet)]
    [Parameter(Mandatory = true, ParameterSetName = GroupXmlSet)]
    public SwitchParameter AsXml { get; set; }

    /// <summary>Overwrites the file.</summary>
    [Parameter(ParameterSetName = PrivateSet)]
    [Parameter(ParameterSetName = PublicSet)]
    [Parameter(ParameterSetName = DelegationSet)]
    [Parameter(ParameterSetName = GroupSet)]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => Group is null ? Identity : Group.Name;

    private protected override void Process()
    {
        string? file = Path is null ? null : OutputFile.Resolve(this, Path);
        if (Group is not null)
        {
            ExportGroup(Group, file);
            return;
        }

        IIdentityService identities = Peer.Identities;
        PeerIdentity identity = Identities.Get(identities, Identity!);
        if (!ShouldProcess($"{identity.FriendlyName} ({identity.PeerName})", Describe(file)))
        {
            return;
        }

        string peerName = identity.PeerName.Value;
        if (file is null)
        {
            WriteObject(ExportXml(identities, peerName));
            return;
        }

        byte[] content = Delegation ? IssueDelegation(identities, peerName) : Encoding.UTF8.GetBytes(ExportXml(identities, peerName));
        OutputFile.Write(file, content, Force);
        WriteFile(file);
    }

    private void ExportGroup(GroupTarget target, string? file)
    {
        PeerGroup group = GetGroup(target.Name, target.Identity);
        string key = group.HasGroupKey ? ", with the group's own key" : "";
        string place = file is null ? "" : $", to {file}";
        if (!ShouldProcess(GroupNames.Describe(group), $"Export the configuration of {group.Identity}{key}{place}"))
        {
            return;
        }

        using var password = new PlainPassword(Password);
        string xml = Await(token => Groups.ExportAsync(group.PeerName, target.Identity, password.Memory, token));
        if (file is null)
        {
            WriteObject(xml);
            return;
        }

        OutputFile.Write(file, Encoding.UTF8.GetBytes(xml), Force);
        WriteFile(file);
    }

    private string ExportXml(IIdentityService identities, string peerName)
    {
        if (Public)
        {
            return identities.ExportPublic(peerName);
        }

        using var password = new PlainPassword(Password);
        return identities.Export(peerName, password.Span);
    }

    private byte[] IssueDelegation(IIdentityService identities, string peerName) =>
        identities.Delegate(peerName, To!, Classifier, AllowSubdelegation, Lifetime, DelegationChain?.AsMemory());

    private string Describe(string? file)
    {
        string what = Delegation ? $"Delegate to {To!.Subject}" : Public ? "Export public part" : "Export identity with its private key";
        return file is null ? what : $"{what}, to {file}";
    }
}
