using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Asks an endpoint for what it shows, subscribes to it, or forgets it.</summary>
[Cmdlet(
    VerbsData.Update, "PeerEndpoint", DefaultParameterSetName = RefreshSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Update-PeerEndpoint" + HelpPages.Extension)]
[OutputType(typeof(PeerEndpoint))]
public sealed class UpdatePeerEndpointCommand : CollaborationCmdlet
{
    private const string RefreshSet = "Refresh";
    private const string SubscribeSet = "Subscribe";
    private const string UnsubscribeSet = "Unsubscribe";
    private const string RemoveSet = "Remove";

    /// <summary>The endpoints.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [PersonEndpointTransformation]
    [ArgumentCompleter(typeof(PersonEndpointCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Endpoint { get; set; } = [];

    /// <summary>Asks for what the endpoint shows now.</summary>
    [Parameter(ParameterSetName = RefreshSet)]
    public SwitchParameter Refresh { get; set; }

    /// <summary>Has changes pushed from now on.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SubscribeSet)]
    public SwitchParameter Subscribe { get; set; }

    /// <summary>Ends that.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UnsubscribeSet)]
    public SwitchParameter Unsubscribe { get; set; }

    /// <summary>Forgets what is known of the endpoint.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RemoveSet)]
    public SwitchParameter Remove { get; set; }

    /// <summary>How long the endpoint may take to answer.</summary>
    [Parameter(ParameterSetName = RefreshSet)]
    [Parameter(ParameterSetName = SubscribeSet)]
    [ValidateRange(1, 3600)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Writes the endpoints.</summary>
    [Parameter(ParameterSetName = RefreshSet)]
    [Parameter(ParameterSetName = SubscribeSet)]
    [Parameter(ParameterSetName = UnsubscribeSet)]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => Endpoint;

    private protected override void Process()
    {
        foreach (string name in Endpoint)
        {
            Report(() => Update(GetEndpoint(name)));
        }
    }

    private void Update(string endpoint)
    {
        if (!ShouldProcess(endpoint, Describe()))
        {
            return;
        }

        PeerEndpoint? updated = Act(endpoint);
        if (PassThru && updated is not null)
        {
            WriteWithNode(updated);
        }
    }

    private PeerEndpoint? Act(string endpoint)
    {
        switch (ParameterSetName)
        {
            case SubscribeSet:
                return SubscribeTo(endpoint);
            case UnsubscribeSet:
                return Await(token => Collaboration.UnsubscribeAsync(endpoint, token));
            case RemoveSet:
                Await(token => Collaboration.ForgetAsync(endpoint, token));
                return null;
            default:
                return Ask(endpoint, TimeoutSeconds);
        }
    }

    private PeerEndpoint SubscribeTo(string endpoint)
    {
        TimeSpan limit = TimeSpan.FromSeconds(TimeoutSeconds);
        (PeerEndpoint subscribed, bool wasSubscribed) = Await(
            token => Collaboration.SubscribeAsync(endpoint, limit, token), new PumpProgress("Subscribing", endpoint, limit));
        if (wasSubscribed)
        {
            WriteWarning($"{People.Describe(subscribed)} is subscribed to already (PEER_S_SUBSCRIPTION_EXISTS).");
        }

        return subscribed;
    }

    private string Describe() => ParameterSetName switch
    {
        SubscribeSet => "Connect, and have changes pushed",
        UnsubscribeSet => "Have no more changes pushed",
        RemoveSet => "Forget what is known of it",
        _ => "Connect, and ask for what it shows",
    };
}
