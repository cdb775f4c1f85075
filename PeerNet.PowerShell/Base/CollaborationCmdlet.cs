using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Core;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Base;

/// <summary>A cmdlet that works with the person who is signed in at a node, and with other people.</summary>
public abstract class CollaborationCmdlet : NodeCmdlet
{
    /// <summary>The people of the node.</summary>
    private protected ICollaborationService Collaboration => Peer.Collaboration;

    /// <summary>The contact that a caller names.</summary>
    private protected PeerContact GetContact(string name) => People.GetContact(Await(Collaboration.GetContactsAsync), name);

    /// <summary>The peer name of the person that a caller names: a contact, or any peer name.</summary>
    private protected string GetPerson(string name) => People.GetPeerName(Await(Collaboration.GetContactsAsync), name);

    /// <summary>What a person is called here; the peer name where that is not known.</summary>
    private protected string DescribePerson(string peerName) =>
        Await(Collaboration.GetContactsAsync).FirstOrDefault(contact => contact.PeerName == peerName) is { } contact
            ? People.Describe(contact)
            : Await(Collaboration.GetEndpointsAsync).FirstOrDefault(endpoint => endpoint.Contact == peerName) is { } endpoint
                ? People.Describe(endpoint.DisplayName, peerName)
                : peerName;

    /// <summary>The endpoint that a caller names: as text that engine and cmdlets understand.</summary>
    private protected string GetEndpoint(string name)
    {
        if (EndpointText.IsEndpoint(name))
        {
            return name;
        }

        IReadOnlyList<PeerEndpoint> all = Await(Collaboration.GetEndpointsAsync);
        return People.GetEndpoint(all, Await(Collaboration.GetContactsAsync), name).ToString();
    }

    /// <summary>The endpoints of a person that are known.</summary>
    private protected IReadOnlyList<PeerEndpoint> GetEndpoints(string person) =>
        [.. Await(Collaboration.GetEndpointsAsync).Where(endpoint => endpoint.Contact == person)];

    /// <summary>Connects to an endpoint, and asks for what it shows.</summary>
    private protected PeerEndpoint Ask(string endpoint, int timeoutSeconds)
    {
        TimeSpan limit = TimeSpan.FromSeconds(timeoutSeconds);
        return Await(
            token => Collaboration.RefreshAsync(endpoint, limit, token), new PumpProgress("Asking", endpoint, limit));
    }

    /// <summary>Fails for those ids that are not among what was found.</summary>
    /// <param name="ids">What was asked for; null for all.</param>
    /// <param name="found">What there is.</param>
    /// <param name="describe">The message for one that is missing.</param>
    private protected void ReportMissing(IEnumerable<Guid>? ids, IEnumerable<Guid> found, Func<Guid, string> describe)
    {
        foreach (Guid id in (ids ?? []).Except(found))
        {
            WriteError(ErrorRecords.From(PeerErrors.NotFound.Exception(describe(id), id), id));
        }
    }

    /// <summary>Whether a parameter was given.</summary>
    private protected bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    /// <summary>What a question says is set: the names of those parameters that are given.</summary>
    private protected string DescribeChange(params string[] parameters)
    {
        string[] given = [.. parameters.Where(IsGiven)];
        return given.Length == 0 ? "Change nothing" : $"Set {string.Join(", ", given)}";
    }
}
