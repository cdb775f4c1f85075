using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows whether people are there, and what they are doing.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerPresence", DefaultParameterSetName = ContactSet,
    HelpUri = HelpPages.Root + "Get-PeerPresence" + HelpPages.Extension)]
[OutputType(typeof(PeerPresence))]
public sealed class GetPeerPresenceCommand : CollaborationCmdlet
{
    private const string ContactSet = "Contact";
    private const string EndpointSet = "Endpoint";

    /// <summary>The people: contacts, or peer names; this node's own person where none is given.</summary>
    [Parameter(Position = 0, ParameterSetName = ContactSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [ContactTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(ContactCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Contact { get; set; }

    /// <summary>The endpoints.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EndpointSet, ValueFromPipeline = true)]
    [PersonEndpointTransformation]
    [ArgumentCompleter(typeof(PersonEndpointCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Endpoint { get; set; }

    /// <summary>How long an endpoint may take to answer.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; } = 10;

    private protected override object? Input => Contact ?? Endpoint;

    private protected override void Process()
    {
        if (Contact is null && Endpoint is null)
        {
            WriteWithNode(Await(Collaboration.GetOwnPresenceAsync));
            return;
        }

        foreach (string name in Contact ?? [])
        {
            Report(() => Show(GetPerson(name)));
        }

        foreach (string name in Endpoint ?? [])
        {
            Report(() => ShowEndpoint(GetEndpoint(name)));
        }
    }

    private void Show(string person)
    {
        if (person == Await(Collaboration.GetOwnPresenceAsync).Contact)
        {
            WriteWithNode(Await(Collaboration.GetOwnPresenceAsync));
            return;
        }

        // Nobody keeps up with who is no contact: the endpoints are asked.
        bool isContact = Await(Collaboration.GetContactsAsync).Any(contact => contact.PeerName == person);
        if (!isContact && GetEndpoints(person) is { Count: > 0 } endpoints)
        {
            foreach (PeerEndpoint endpoint in endpoints)
            {
                Report(() => ShowEndpoint(endpoint.ToString()));
            }

            return;
        }

        foreach (PeerPresence presence in Await(token => Collaboration.GetPresenceAsync(person, token)))
        {
            WriteWithNode(presence);
        }
    }

    private void ShowEndpoint(string endpoint)
    {
        PeerPresence own = Await(Collaboration.GetOwnPresenceAsync);
        if (own.Endpoint is { } id && endpoint.EndsWith(id.ToString(), StringComparison.OrdinalIgnoreCase))
        {
            WriteWithNode(own);
            return;
        }

        TimeSpan limit = TimeSpan.FromSeconds(TimeoutSeconds);
        WriteWithNode(Await(
            token => Collaboration.GetEndpointPresenceAsync(endpoint, limit, token), new PumpProgress("Asking", endpoint, limit)));
    }
}
