using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;

namespace PeerNet.PowerShell.Base;

/// <summary>People and their endpoints by what they are called.</summary>
internal static class People
{
    /// <summary>The contact with this peer name, or that alone is called so.</summary>
    /// <param name="all">The contacts of a node.</param>
    /// <param name="text">What a caller wrote.</param>
    /// <exception cref="PeerException">None is, or several are.</exception>
    public static PeerContact GetContact(IReadOnlyList<PeerContact> all, string text)
    {
        if (all.FirstOrDefault(contact => contact.PeerName == text) is { } exact)
        {
            return exact;
        }

        PeerContact[] named = FindByName(all, text);
        return named switch
        {
            [var one] => one,
            [] => throw NoContact(text),
            _ => throw PeerErrors.InvalidArgument.Exception(
                $"{named.Length} contacts are called '{text}': {string.Join(", ", named.Select(one => one.PeerName))}. Use a peer name.",
                text),
        };
    }

    /// <summary>The peer name of a contact that is called so; a peer name stands for itself.</summary>
    /// <exception cref="PeerException">No contact is called so, or several are.</exception>
    public static string GetPeerName(IReadOnlyList<PeerContact> all, string text) =>
        PeerName.TryParse(text, out PeerName? name) && name.IsSecure ? text : GetContact(all, text).PeerName;

    /// <summary>All contacts that a text stands for: a peer name, a name, or a wildcard on names.</summary>
    /// <exception cref="PeerException">A text without wildcards stands for none.</exception>
    public static IReadOnlyList<PeerContact> FindContacts(IReadOnlyList<PeerContact> all, string text)
    {
        HashSet<PeerContact> called = [.. FindByName(all, text)];
        return Naming.Find(
            all,
            text,
            contact => contact.PeerName == text || called.Contains(contact),
            contact => [contact.Nickname, contact.DisplayName],
            () => NoContact(text));
    }

    /// <summary>All people near me that a text stands for: a peer name, an id, a nickname, or a wildcard on nicknames.</summary>
    /// <exception cref="PeerException">A text without wildcards stands for nobody.</exception>
    public static IReadOnlyList<PeerPersonNearMe> FindNearMe(IReadOnlyList<PeerPersonNearMe> all, string text) => Naming.Find(
        all,
        text,
        person => person.Contact == text || IsSame(person.Nickname, text) || IsSame(person.Id.ToString(), text),
        person => [person.Nickname],
        () => PeerErrors.NotFound.Exception(
            $"Nobody near me is called '{text}'. Get-PeerPersonNearMe -Refresh asks who is there.", text));

    /// <summary>The one endpoint of the person that is called so. Names are claims: whoever is called as a contact is, and is not
    /// that contact, is not meant.</summary>
    /// <param name="all">The endpoints that are known.</param>
    /// <param name="contacts">The contacts of the node.</param>
    /// <param name="text">What a caller wrote.</param>
    /// <exception cref="PeerException">There is none, or there are several.</exception>
    public static PeerEndpoint GetEndpoint(IReadOnlyList<PeerEndpoint> all, IReadOnlyList<PeerContact> contacts, string text)
    {
        PeerContact[] meant = [.. contacts.Where(contact => contact.PeerName == text), .. FindByName(contacts, text)];
        PeerEndpoint[] found = meant.Length > 0
            ? [.. all.Where(endpoint => meant.Any(contact => contact.PeerName == endpoint.Contact))]
            : [.. all.Where(endpoint => endpoint.Contact == text || IsSame(endpoint.DisplayName, text))];

        // One that was asked for by its id alone may be nowhere.
        PeerEndpoint[] real = [.. found.Where(endpoint => endpoint.IsConnected || endpoint.Addresses.Length > 0)];
        return (real.Length > 0 ? real : found) switch
        {
            [var one] => one,
            [] when meant.Length > 0 => throw PeerErrors.NotFound.Exception(
                $"No endpoint of your contact '{text}' is known: the contact is not signed in, or cannot be reached.", text),
            [] => throw NoEndpoint(text),
            var several => throw PeerErrors.InvalidArgument.Exception(
                $"{several.Length} endpoints are called '{text}': {string.Join(", ", several.Select(one => $"{one} ({one.Name})"))}. Use one "
                + "of these.",
                text),
        };
    }

    /// <summary>What a contact is called here.</summary>
    public static string GetName(PeerContact contact) => contact.Nickname.Length > 0 ? contact.Nickname : contact.DisplayName;

    /// <summary>What the other person of an invitation is called here.</summary>
    public static string GetName(PeerInvitation invitation) =>
        invitation.DisplayName.Length > 0 ? invitation.DisplayName : invitation.Contact;

    /// <summary>The endpoint that a text names by its person and its id, or by its id alone.</summary>
    /// <exception cref="PeerException">It is not known.</exception>
    public static PeerEndpoint GetKnown(IReadOnlyList<PeerEndpoint> all, string text) =>
        all.FirstOrDefault(endpoint => IsSame(endpoint.ToString(), text) || IsSame(endpoint.Id.ToString(), text))
        ?? throw NoEndpoint(text);

    /// <summary>A contact as people read it: what it is called, and its peer name.</summary>
    public static string Describe(PeerContact contact) => Describe(GetName(contact), contact.PeerName);

    /// <summary>An endpoint as people read it.</summary>
    public static string Describe(PeerEndpoint endpoint)
    {
        string place = endpoint.Name.Length == 0 ? "" : $" at {endpoint.Name}";
        return $"{Describe(endpoint.DisplayName, endpoint.Contact)}{place}";
    }

    /// <summary>A person as people read it.</summary>
    public static string Describe(string name, string peerName) => name.Length == 0 ? peerName : $"{name} ({peerName})";

    private static PeerContact[] FindByName(IReadOnlyList<PeerContact> all, string text)
    {
        // What the user calls somebody comes before what people call themselves.
        PeerContact[] mine = [.. all.Where(contact => IsSame(contact.Nickname, text))];
        return mine.Length > 0 ? mine : [.. all.Where(contact => IsSame(contact.DisplayName, text))];
    }

    private static bool IsSame(string name, string text) => string.Equals(name, text, StringComparison.OrdinalIgnoreCase);

    private static PeerException NoContact(string text) => PeerErrors.ContactNotFound.Exception(
        $"There is no contact '{text}'. Get-PeerContact lists those there are, and Add-PeerContact adds one.", text);

    private static PeerException NoEndpoint(string text) => PeerErrors.NotFound.Exception(
        $"No endpoint '{text}' is known. Get-PeerPersonNearMe lists the people on the link, and Get-PeerPresence -Contact the endpoints of "
        + "a contact.",
        text);
}
