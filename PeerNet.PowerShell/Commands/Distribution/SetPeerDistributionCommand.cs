using System.Management.Automation;
using System.Net;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Changes how a node distributes content.</summary>
[Cmdlet(
    VerbsCommon.Set, "PeerDistribution", DefaultParameterSetName = SettingsSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Set-PeerDistribution" + HelpPages.Extension)]
[OutputType(typeof(PeerDistributionStatus))]
public sealed class SetPeerDistributionCommand : NodeCmdlet
{
    private const string SettingsSet = "Settings";
    private const string PassphraseSet = "SecretPassphrase";
    private const string KeySet = "SecretKey";
    private const long MaximumKeyLength = 64 * 1024;

    /// <summary>The mode.</summary>
    [Parameter(Position = 0)]
    public PeerDistributionMode? Mode { get; set; }

    /// <summary>The hosted caches to ask: host, host:port, [v6]:port, or a base address.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public string[]? HostedCacheServer { get; set; }

    /// <summary>The version in which hosted caches are offered content: 1 (HTTPS) or 2 (HTTP).</summary>
    [Parameter]
    [ValidateRange(1, 2)]
    [NoCompletion]
    public int? HostedCacheVersion { get; set; }

    /// <summary>The certificate, with its key, of a hosted cache of version 1.</summary>
    [Parameter]
    [ValidateNotNull]
    [NoCompletion]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>How a hosted cache knows its clients.</summary>
    [Parameter]
    public PeerDistributionAuthentication? Authentication { get; set; }

    /// <summary>The version of content information to prefer.</summary>
    [Parameter]
    [ValidateRange(1, 2)]
    [NoCompletion]
    public int? PreferredVersion { get; set; }

    /// <summary>Whether peers are served while the machine runs on its battery.</summary>
    [Parameter]
    public bool? ServeOnBattery { get; set; }

    /// <summary>The round trip to a source below which its content is not kept for peers.</summary>
    [Parameter]
    [TimeSpanTransformation]
    [ValidateLatency]
    [NoCompletion]
    public TimeSpan? MinimumLatency { get; set; }

    /// <summary>How many peers are served at once.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    [NoCompletion]
    public int? MaxConcurrentUpload { get; set; }

    /// <summary>What blocks are encrypted with for peers.</summary>
    [Parameter]
    public PeerBlockCipher? Cipher { get; set; }

    /// <summary>Whether blocks go in the clear to peers that ask for that, and are asked for and taken so.</summary>
    [Parameter]
    public SwitchParameter AllowUnencrypted { get; set; }

    /// <summary>The port of retrieval.</summary>
    [Parameter]
    [ValidateRange(1, IPEndPoint.MaxPort)]
    [NoCompletion]
    public int? Port { get; set; }

    /// <summary>The port on which a hosted cache takes offers over HTTPS.</summary>
    [Parameter]
    [ValidateRange(1, IPEndPoint.MaxPort)]
    [NoCompletion]
    public int? HostedCachePort { get; set; }

    /// <summary>A passphrase that the server secret is made from.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PassphraseSet)]
    [ValidatePassword]
    [NoCompletion]
    public SecureString? SecretPassphrase { get; set; }

    /// <summary>A file that Export-PeerDistributionKey wrote, here or on Windows (Export-BCSecretKey).</summary>
    [Parameter(Mandatory = true, ParameterSetName = KeySet)]
    [ValidateNotNullOrEmpty]
    public string? SecretKeyPath { get; set; }

    /// <summary>The passphrase of that file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = KeySet)]
    [ValidatePassword]
    [NoCompletion]
    public SecureString? SecretKeyPassphrase { get; set; }

    /// <summary>Does not ask before the server secret changes.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the state.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => SecretKeyPath ?? (object?)Mode ?? Node ?? NodeName;

    private bool ChangesSecret => ParameterSetName != SettingsSet;

    private bool? AllowsUnencrypted =>
        MyInvocation.BoundParameters.ContainsKey(nameof(AllowUnencrypted)) ? AllowUnencrypted.IsPresent : null;

    private protected override void Process()
    {
        using var passphrase = new PlainPassword(SecretPassphrase);
        using var keyPassphrase = new PlainPassword(SecretKeyPassphrase);
        PeerDistributionChange change = CreateChange(passphrase, keyPassphrase);
        if (change == new PeerDistributionChange())
        {
            throw PeerErrors.InvalidArgument.Exception("Nothing is to change: give -Mode or another setting.", NodeName);
        }

        if (!ShouldProcess(NodeName, Describe()) || !IsSecretChangeAccepted())
        {
            return;
        }

        PeerDistributionStatus status = Await(
            token => Peer.Distribution.ConfigureAsync(change, token),
            new PumpProgress("Changing content distribution", NodeName, limit: null));
        if (PassThru)
        {
            WriteWithNode(status);
        }
    }

    private string Describe()
    {
        string[] parts =
        [
            .. Mode is null ? Array.Empty<string>() : [$"set the mode {Mode}: {DescribeMode()}"],
            .. ChangesSecret ? ["replace the server secret"] : Array.Empty<string>(),
            .. AllowUnencrypted ? ["let whoever knows the id of a segment read it"] : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? "Change content distribution" : $"Change content distribution; {string.Join("; ", parts)}";
    }

    private string DescribeMode() => Mode switch
    {
        PeerDistributionMode.Disabled => "neither cache nor serve",
        PeerDistributionMode.Local => "cache, and leave the network alone",
        PeerDistributionMode.Distributed => "ask the peers on the links of this machine, and serve them what is cached",
        PeerDistributionMode.HostedClient => "ask hosted caches, and offer them what is fetched",
        _ => "fetch what clients offer, and serve it",
    };

    private bool IsSecretChangeAccepted() => !ChangesSecret || IsAccepted(
        Force,
        "With a new server secret every segment gets a new id: content that caches hold now is no longer found. Go on?",
        "Server secret");

    private PeerDistributionChange CreateChange(PlainPassword passphrase, PlainPassword keyPassphrase) => new()
    {
        Mode = Mode is { } mode ? (Engine.Distribution.PeerDistributionMode)(int)mode : null,
        HostedCacheServers = HostedCacheServer,
        HostedCacheVersion = HostedCacheVersion,
        Certificate = Certificate is null ? default(ReadOnlyMemory<byte>?) : Export(Certificate),
        Authentication = Authentication is { } authentication
            ? (Engine.Distribution.PeerDistributionAuthentication)(int)authentication : null,
        PreferredVersion = PreferredVersion is { } version ? (Engine.Distribution.PeerContentVersion)version : null,
        ServeOnBattery = ServeOnBattery,
        MinimumLatency = MinimumLatency,
        MaxConcurrentUpload = MaxConcurrentUpload,
        Cipher = Cipher is { } cipher ? (Engine.Distribution.PeerBlockCipher)cipher : null,
        AllowUnencrypted = AllowsUnencrypted,
        Port = Port,
        HostedCachePort = HostedCachePort,
        SecretPassphrase = SecretPassphrase is null ? default(ReadOnlyMemory<char>?) : passphrase.Memory,
        SecretKeyFile = SecretKeyPath is null ? default(ReadOnlyMemory<byte>?) : ReadKey(SecretKeyPath),
        SecretKeyPassphrase = SecretKeyPassphrase is null ? default(ReadOnlyMemory<char>?) : keyPassphrase.Memory,
    };

    private ReadOnlyMemory<byte> ReadKey(string path) =>
        InputFiles.Read(OutputFile.Resolve(this, path), MaximumKeyLength, "an exported key");

    private static ReadOnlyMemory<byte> Export(X509Certificate2 certificate)
    {
        if (certificate.NotAfter < DateTime.Now)
        {
            throw PeerErrors.InvalidDistributionConfiguration.Exception(
                $"The certificate '{certificate.Subject}' has expired on {certificate.NotAfter.ToUniversalTime():u}; clients would refuse it.", certificate);
        }

        try
        {
            return certificate.HasPrivateKey
                ? certificate.Export(X509ContentType.Pkcs12)
                : throw PeerErrors.InvalidDistributionConfiguration.Exception(
                    $"The certificate '{certificate.Subject}' has no private key; a hosted cache needs it.", certificate);
        }
        catch (CryptographicException failure)
        {
            throw PeerErrors.InvalidDistributionConfiguration.Exception(
                $"The private key of '{certificate.Subject}' cannot be exported ({failure.Message}). "
                + "Load the certificate with the flag Exportable of X509KeyStorageFlags.",
                certificate,
                failure);
        }
    }
}
