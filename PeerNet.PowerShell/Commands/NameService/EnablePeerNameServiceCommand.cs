using System.Management.Automation;
using System.Net;
using PeerNet.Engine.NameService;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Answers DNS for the host names of peers, so that other programs find them.</summary>
[Cmdlet(
    VerbsLifecycle.Enable, "PeerNameService", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Enable-PeerNameService" + HelpPages.Extension)]
[OutputType(typeof(PeerNameService))]
public sealed class EnablePeerNameServiceCommand : NodeCmdlet
{
    private const int DnsPort = 53;

    /// <summary>The port, UDP and TCP.</summary>
    [Parameter(Position = 0)]
    [ValidateRange(0, IPEndPoint.MaxPort)]
    [NoCompletion]
    public int Port { get; set; } = PeerNameServiceRequest.DefaultPort;

    /// <summary>The addresses of this machine at which it answers.</summary>
    [Parameter]
    [AddressTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public IPAddress[] ListenAddress { get; set; } = [];

    /// <summary>Tells the operating system to ask here for these names.</summary>
    [Parameter]
    public SwitchParameter Configure { get; set; }

    /// <summary>Writes the service.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => NodeName;

    private protected override void Process()
    {
        var request = new PeerNameServiceRequest { Port = ChoosePort(), Addresses = ListenAddress, Configure = Configure };
        if (!ShouldProcess(NodeName, Describe(request), Configure ? PeerNameServiceSystem.DescribeConfiguration(request) : []))
        {
            return;
        }

        WarnOfOthers();
        PeerNameService service = Await(token => Peer.NameServer.EnableAsync(request, token));
        WriteVerbose($"The node '{NodeHost.Name}' answers for names below {service.Zone} at "
            + $"{string.Join(", ", service.Addresses.AsEnumerable())}, port {service.Port}.");
        if (PassThru)
        {
            WriteWithNode(service);
        }
    }

    // Windows asks other name servers at port 53 alone.
    private int ChoosePort() =>
        Configure && OperatingSystem.IsWindows() && !MyInvocation.BoundParameters.ContainsKey(nameof(Port)) ? DnsPort : Port;

    private static string Describe(PeerNameServiceRequest request)
    {
        string where = request.Addresses.Count == 0 ? "this machine alone" : string.Join(", ", request.Addresses);
        string port = request.Port == 0 ? "a port that the system chooses" : $"port {request.Port}";
        string told = request.Configure ? ", and tell the operating system:" : "";
        return $"Answer DNS for names below {PeerNameService.ZoneName} to {where} at {port}{told}";
    }

    private void WarnOfOthers()
    {
        IPAddress[] open = [.. ListenAddress.Where(address => !IPAddress.IsLoopback(address))];
        if (open.Length > 0)
        {
            WriteWarning($"Whoever reaches {string.Join(", ", open.AsEnumerable())} can have this node search for names.");
        }
    }
}
