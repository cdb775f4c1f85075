using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>What this endpoint shows, and to whom (PROTOCOL.md 4.3). Who may see what is decided here and nowhere else.</summary>
internal sealed class Publications(CollaborationContext context)
{
    private readonly Dictionary<ItemKey, Publication> _items = [];
    private TimeSpan _presenceSince;
    private byte[]? _presenceFrame;
    private uint _presenceFrameAge;

    /// <summary>What the person is doing.</summary>
    public PeerPresenceStatus Status { get; private set; } = PeerPresenceStatus.Offline;

    public string Text { get; private set; } = "";

    public string EndpointName { get; private set; } = "";

    public string DisplayName { get; private set; } = "";

    /// <summary>Since when the person is doing it.</summary>
    public DateTimeOffset Since { get; private set; }

    /// <summary>Everything that somebody may see, and nobody has to.</summary>
    public IEnumerable<ItemKey> Keys => [ItemKey.Presence, .. _items.Keys];

    /// <summary>How many things of a kind there are.</summary>
    public int CountOf(ItemKind kind) => _items.Keys.Count(key => key.Kind == kind);

    /// <summary>Changes what is said of the person.</summary>
    /// <returns>Whether anything did change.</returns>
    public bool Set(Moment now, PeerPresenceStatus status, string text, string endpointName, string displayName)
    {
        bool isSame = (Status, Text, EndpointName, DisplayName) == (status, text, endpointName, displayName);
        if (Status != status || Text != text || Since == default)
        {
            (_presenceSince, Since) = (now.Elapsed, now.Utc);
        }

        (Status, Text, EndpointName, DisplayName, _presenceFrame) = (status, text, endpointName, displayName, null);
        return !isSame;
    }

    /// <summary>Shows a thing, or another one of its key.</summary>
    public void Set(PublishedItem item, PeerCollaborationScope scope) =>
        _items[item.Key] = new(item, scope, new CollaborationMessage.Publish(item).Encode());

    /// <summary>Shows a thing no more.</summary>
    public bool Remove(ItemKey key) => _items.Remove(key);

    /// <summary>Shows no objects any more: they live as long as the sign-in.</summary>
    public void RemoveObjects()
    {
        foreach (ItemKey key in _items.Keys.Where(key => key.Kind == ItemKind.Object).ToArray())
        {
            _items.Remove(key);
        }
    }

    /// <summary>The objects, and who sees them.</summary>
    public IEnumerable<(PublishedItem.SharedObject Object, PeerCollaborationScope Scope)> Objects =>
        from item in _items.Values
        where item.Item is PublishedItem.SharedObject
        select ((PublishedItem.SharedObject)item.Item, item.Scope);

    /// <summary>What a link's other side sees: things of these scopes, and the presence unless there is none.</summary>
    public PeerCollaborationScope AudienceOf(Link link)
    {
        KnownContact? contact = context.ContactOf(link.Authority);
        if (contact is { IsBlocked: true } || Status == PeerPresenceStatus.Offline)
        {
            return PeerCollaborationScope.None;
        }

        return (context.IsNear && link.Start.IsOnLink ? PeerCollaborationScope.NearMe : PeerCollaborationScope.None)
            | (context.IsOnInternet && contact is not null ? PeerCollaborationScope.Internet : PeerCollaborationScope.None);
    }

    /// <summary>What a link's other side has to be told about a thing.</summary>
    /// <returns>The frame; null for nothing.</returns>
    public byte[]? Frame(Moment now, Link link, ItemKey key)
    {
        PeerCollaborationScope audience = AudienceOf(link);
        byte[]? shown = key.Kind == ItemKind.Presence
            ? audience == PeerCollaborationScope.None ? null : PresenceFrame(now)
            : _items.TryGetValue(key, out Publication? item) && (item.Scope & audience) != 0 ? item.Frame : null;
        if (shown is not null)
        {
            link.Shown.Add(key);
            return shown;
        }

        return link.Shown.Remove(key) ? new CollaborationMessage.Publish(new PublishedItem.Gone(key)).Encode() : null;
    }

    // All who are told at the same time are told the same.
    private byte[] PresenceFrame(Moment now)
    {
        uint age = (uint)Math.Max(0, (now.Elapsed - _presenceSince).TotalSeconds);
        if (_presenceFrame is null || _presenceFrameAge != age)
        {
            _presenceFrameAge = age;
            _presenceFrame = new CollaborationMessage.Publish(
                new PublishedItem.Presence(Status, age, Text, EndpointName, DisplayName)).Encode();
        }

        return _presenceFrame;
    }

    private sealed record Publication(PublishedItem Item, PeerCollaborationScope Scope, byte[] Frame);
}
