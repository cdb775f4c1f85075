using System.Management.Automation;
using PeerNet.Engine.Identity;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Makes, checks and converts peer names. Registers nothing.</summary>
[Cmdlet(
    VerbsCommon.New, "PeerName", DefaultParameterSetName = ParseSet,
    HelpUri = HelpPages.Root + "New-PeerName" + HelpPages.Extension)]
[OutputType(typeof(PeerName))]
public sealed class NewPeerNameCommand : NodeCmdlet
{
    private const string SecureSet = "Secure";
    private const string UnsecuredSet = "Unsecured";
    private const string ParseSet = "Parse";
    private const string HostNameSet = "HostName";

    /// <summary>The identity that the name is to belong to.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SecureSet, ValueFromPipeline = true)]
    [CopyTransformation]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateNotNullOrEmpty]
    public object Identity { get; set; } = "";

    /// <summary>Makes a name that belongs to nobody.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UnsecuredSet)]
    public SwitchParameter Unsecured { get; set; }

    /// <summary>What the name calls its thing.</summary>
    [Parameter(ParameterSetName = SecureSet)]
    [Parameter(Mandatory = true, ParameterSetName = UnsecuredSet)]
    [ValidateNotNull]
    [ValidateClassifier]
    [NoCompletion]
    public string Classifier { get; set; } = "";

    /// <summary>A whole peer name, to be checked.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ParseSet, ValueFromPipeline = true)]
    [AllowEmptyString]
    [NoCompletion]
    public string Name { get; set; } = "";

    /// <summary>A host name of pnrp.net, to be converted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = HostNameSet, ValueFromPipeline = true)]
    [AllowEmptyString]
    [NoCompletion]
    public string HostName { get; set; } = "";

    /// <summary>The node that has the identity.</summary>
    /// <remarks>Not from the pipeline: to look for it in every piped string would cost more than the rest.</remarks>
    [Parameter]
    [NodeTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public override string? Node { get; set; }

    private protected override object? Input => ParameterSetName switch
    {
        SecureSet => Identity,
        UnsecuredSet => Classifier,
        HostNameSet => HostName,
        _ => Name,
    };

    private protected override void Process() => WriteObject(ParameterSetName switch
    {
        SecureSet => PeerName.CreateSecure(GetIdentity().PublicKey, Classifier),
        UnsecuredSet => PeerName.CreateUnsecured(Classifier),
        HostNameSet => PeerName.ParseHostName(HostName),
        _ => PeerName.Parse(Name),
    });

    private PeerIdentity GetIdentity()
    {
        object given = Identity is PSObject wrapped ? wrapped.BaseObject : Identity;
        return given as PeerIdentity ?? Identities.Get(Peer.Identities, given.ToString()!);
    }
}
