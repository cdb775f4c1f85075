using System.Globalization;
using System.Management.Automation;
using System.Net;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using EngineProtocol = PeerNet.Engine.Pnrp.PeerProtocol;

namespace PeerNet.PowerShell.Commands;

/// <summary>Registers peer names, or updates those that this node has registered already.</summary>
[Cmdlet(
    VerbsLifecycle.Register, "PeerName", DefaultParameterSetName = NameSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Register-PeerName" + HelpPages.Extension)]
[OutputType(typeof(PeerNameRegistration))]
public sealed class RegisterPeerNameCommand : NodeCmdlet
{
    private const string NameSet = "Name";
    private const string NameTextSet = "NameText";
    private const string MachineNameSet = "MachineName";
    private const string MachineNameTextSet = "MachineNameText";

    // Every name costs its node upkeep traffic.
    private const int ManyNames = 20;

    private int _registered;

    /// <summary>The peer name.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = NameSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = NameTextSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [NameTransformation]
    [ArgumentCompleter(typeof(RegistrationCompleter))]
    [ValidatePeerName]
    public string Name { get; set; } = "";

    /// <summary>Registers the name of this machine: unsecured, or secured where an identity is given.</summary>
    [Parameter(Mandatory = true, ParameterSetName = MachineNameSet)]
    [Parameter(Mandatory = true, ParameterSetName = MachineNameTextSet)]
    public SwitchParameter MachineName { get; set; }

    /// <summary>The identity that signs.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IdentityTransformation]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Identity { get; set; }

    /// <summary>The clouds to register in.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CloudTransformation]
    [ArgumentCompleter(typeof(CloudCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Cloud { get; set; } = [];

    /// <summary>Where the application listens.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Endpoints")]
    [EndpointTransformation]
    [ValidateCount(1, PeerRegistrationRequest.MaximumEndpoints)]
    [NoCompletion]
    public EndPoint[] Endpoint { get; set; } = [];

    /// <summary>Where the application listens on this node's own addresses, if no endpoint is given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, IPEndPoint.MaxPort)]
    [NoCompletion]
    public int Port { get; set; }

    /// <summary>The protocol of the application.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public PeerProtocol Protocol { get; set; } = PeerProtocol.Tcp;

    /// <summary>A remark for people.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [ValidateLength(0, PeerRegistrationRequest.MaximumComment)]
    [NoCompletion]
    public string Comment { get; set; } = "";

    /// <summary>Bytes to go with the name.</summary>
    [Parameter(ParameterSetName = NameSet)]
    [Parameter(ParameterSetName = MachineNameSet)]
    [ValidateCount(1, PeerRegistrationRequest.MaximumData)]
    [NoCompletion]
    public byte[]? Data { get; set; }

    /// <summary>Text to go with the name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NameTextSet)]
    [Parameter(Mandatory = true, ParameterSetName = MachineNameTextSet)]
    [ValidatePayloadText]
    [NoCompletion]
    public string? Text { get; set; }

    /// <summary>An address near which the registration is to appear.</summary>
    [Parameter]
    [AddressTransformation]
    [ValidateNotNull]
    [NoCompletion]
    public IPAddress? LocationHint { get; set; }

    /// <summary>The right to register a name of somebody else: bytes, or the file that Export-PeerIdentity -Delegation wrote.</summary>
    [Parameter]
    [DelegationChainTransformation]
    [ValidateNotNullOrEmpty]
    public byte[]? DelegationChain { get; set; }

    /// <summary>How long the registration lasts; as long as the node where none is given.</summary>
    [Parameter]
    [TimeSpanTransformation]
    [ValidateLifetime]
    [NoCompletion]
    public TimeSpan? Lifetime { get; set; }

    /// <summary>Registers the names again whenever the node starts, until they are withdrawn.</summary>
    [Parameter]
    public SwitchParameter Persistent { get; set; }

    /// <summary>Writes the registrations.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => MachineName ? Environment.MachineName : Name;

    private protected override void Process()
    {
        PeerRegistrationRequest request = CreateRequest();
        string clouds = Cloud.Length == 0 ? "the widest cloud" : string.Join(", ", Cloud);
        if (!ShouldProcess(request.Name.Value, $"Publish the name, and the addresses of this node, in {clouds}"))
        {
            return;
        }

        IReadOnlyList<PeerNameRegistration> registrations = Await(
            token => Peer.Pnrp.RegisterAsync(request, token),
            new PumpProgress("Registering", request.Name.Value, limit: null));
        if (++_registered == ManyNames + 1)
        {
            WriteWarning(
                $"More than {ManyNames} names: each costs this node and its neighbours traffic for as long as it is registered.");
        }

        WarnOfWrongClock(registrations);
        if (PassThru)
        {
            foreach (PeerNameRegistration registration in registrations)
            {
                WriteWithNode(registration);
            }
        }
    }

    private void WarnOfWrongClock(IReadOnlyList<PeerNameRegistration> registrations)
    {
        IReadOnlyList<PeerCloud> clouds = Await(token => Peer.Pnrp.GetCloudsAsync(includeCache: false, token));
        foreach (PeerCloud cloud in clouds.Where(cloud =>
            cloud.ClockDoubts > 0 && registrations.Any(registration => registration.Cloud == cloud.Name)))
        {
            WriteWarning(string.Create(
                CultureInfo.InvariantCulture,
                $"What other nodes of '{cloud.Name}' certify does not fit this machine's time, {DateTimeOffset.UtcNow:u} "
                + $"({cloud.ClockDoubts} answers in a row). Check the clock: a node refuses the "
                + $"names of those whose clocks are a day or more behind its own."));
        }
    }

    private PeerRegistrationRequest CreateRequest()
    {
        PeerIdentity? identity = Identity is null ? null : Identities.Get(Peer.Identities, Identity);
        var protocol = (EngineProtocol)(int)Protocol;
        return new PeerRegistrationRequest
        {
            Name = MachineName ? GetMachineName(identity) : PeerName.Parse(Name),
            Identity = identity?.PeerName.Value,
            Clouds = Cloud,
            Endpoints = [.. LookUp(Endpoint).Select(endpoint => new PeerAppEndpoint(endpoint.Address, endpoint.Port, protocol))],
            Port = Port,
            Protocol = protocol,
            Comment = Comment,
            Data = Data?.AsMemory(),
            Text = Text,
            LocationHint = LocationHint,
            DelegationChain = DelegationChain?.AsMemory(),
            Lifetime = Lifetime,
            IsPersistent = Persistent,
        };
    }

    // Host names know no letter case, peer names do; lower case is what people type.
    private static PeerName GetMachineName(PeerIdentity? identity)
    {
#pragma warning disable CA1308 // Not a normalisation for comparison.
        string host = Environment.MachineName.ToLowerInvariant();
#pragma warning restore CA1308
        return identity is null ? PeerName.CreateUnsecured(host) : PeerName.CreateSecure(identity.PublicKey, host);
    }
}
