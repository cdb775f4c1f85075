namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>The links of a node, and whether there is a place for one more (PROTOCOL.md 5).</summary>
/// <param name="context">Tells contacts from strangers.</param>
internal sealed class LinkTable(CollaborationContext context)
{
    private readonly Dictionary<int, Link> _links = [];
    private readonly Dictionary<string, List<Link>> _persons = [];

    public IReadOnlyCollection<Link> All => _links.Values;

    public Link? Find(int id) => _links.GetValueOrDefault(id);

    /// <summary>The links with a person that are up.</summary>
    public IReadOnlyList<Link> With(string authority) =>
        _persons.TryGetValue(authority, out List<Link>? links) ? [.. links.Where(link => link.IsUp)] : [];

    /// <summary>Whether an endpoint has a link that is up.</summary>
    public bool AreWith(EndpointKey key) => With(key.Authority).Any(link => link.Endpoint == key);

    /// <summary>Another link with the same endpoint that is up.</summary>
    public Link? FindOther(Link link) =>
        _persons.GetValueOrDefault(link.Authority)?.Find(other => other != link && other.IsUp && other.Endpoint == link.Endpoint);

    public void Add(Link link)
    {
        _links.Add(link.Id, link);
        if (!_persons.TryGetValue(link.Authority, out List<Link>? links))
        {
            _persons[link.Authority] = links = [];
        }

        links.Add(link);
    }

    public void Remove(Link link)
    {
        _links.Remove(link.Id);
        List<Link> links = _persons[link.Authority];
        links.Remove(link);
        if (links.Count == 0)
        {
            _persons.Remove(link.Authority);
        }
    }

    /// <summary>Whether one more may be taken in. What this node has called itself has a place.</summary>
    public bool HasPlace(NewLink start)
    {
        int ofPerson = _persons.GetValueOrDefault(start.Name.Authority)?.Count ?? 0;
        if (!IsStranger(start.Name.Authority))
        {
            return ofPerson < CollaborationLimits.LinksOfContact && _links.Count < CollaborationLimits.ContactsLinks;
        }

        Link[] strangers = [.. _links.Values.Where(link => IsStranger(link.Authority))];
        return start.Call is not null
            || (ofPerson < CollaborationLimits.LinksOfStranger
                && strangers.Length < CollaborationLimits.StrangersLinks
                && strangers.Count(link => link.Start.Source == start.Source) < CollaborationLimits.StrangersLinksOfSource);
    }

    // Who is blocked has the places of a contact: how many he gets must not tell him.
    private bool IsStranger(string authority) => context.ContactOf(authority) is null;
}
