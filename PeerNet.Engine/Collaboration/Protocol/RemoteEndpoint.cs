using System.Net;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>What is known of somebody else's endpoint.</summary>
internal sealed class RemoteEndpoint(EndpointKey key, PeerName name)
{
    private readonly HashSet<ItemKey> _confirmed = [];

    public EndpointKey Key { get; } = key;

    public PeerName Name { get; } = name;

    /// <summary>The connection; null where there is none.</summary>
    public Link? Link { get; set; }

    /// <summary>Where it was reached last.</summary>
    public IReadOnlyList<IPEndPoint> Addresses { get; set; } = [];

    /// <summary>Whether the user wants its changes pushed.</summary>
    public bool IsSubscribed { get; set; }

    /// <summary>What it shows.</summary>
    public Dictionary<ItemKey, PublishedItem> Items { get; } = [];

    /// <summary>Bytes of <see cref="Items"/>.</summary>
    public int Bytes { get; private set; }

    /// <summary>Its presence; null where it shows none.</summary>
    public PublishedItem.Presence? Presence => Items.GetValueOrDefault(ItemKey.Presence) as PublishedItem.Presence;

    /// <summary>Since when its presence is what it is.</summary>
    public DateTimeOffset? Since { get; set; }

    /// <summary>The last question to it, and those of the user that wait for its answer.</summary>
    public uint LastRequest { get; private set; }

    /// <summary>Whether a question waits for its answer.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>Whether it was subscribed to on this connection.</summary>
    public bool HasSubscription { get; set; }

    /// <summary>Requests of the user that the next complete answer answers.</summary>
    public List<(uint Question, int Request)> Waiting { get; } = [];

    /// <summary>Begins a question: what is not shown from now on until its answer is complete is gone.</summary>
    public uint Ask()
    {
        _confirmed.Clear();
        IsAsked = true;
        return ++LastRequest;
    }

    /// <summary>What was asked is not of interest any more, unless the user waits for it.</summary>
    public void Desist() => IsAsked = Waiting.Count > 0;

    /// <summary>Keeps a thing.</summary>
    /// <returns>What there was of it before.</returns>
    public PublishedItem? Keep(PublishedItem item)
    {
        _confirmed.Add(item.Key);
        PublishedItem? former = Drop(item.Key);
        Items[item.Key] = item;
        Bytes += item.Length;
        return former;
    }

    /// <summary>Forgets a thing.</summary>
    /// <returns>What there was of it.</returns>
    public PublishedItem? Drop(ItemKey key)
    {
        if (Items.Remove(key, out PublishedItem? former))
        {
            Bytes -= former.Length;
        }

        return former;
    }

    /// <summary>The answer to a question is complete.</summary>
    /// <returns>What was there and is no more.</returns>
    public ItemKey[] Complete(uint request)
    {
        if (!IsAsked || request != LastRequest)
        {
            return [];
        }

        IsAsked = false;
        return [.. Items.Keys.Where(key => !_confirmed.Contains(key))];
    }

    /// <summary>The connection is gone, and what was asked for with it.</summary>
    public void Disconnect() => (Link, IsAsked, HasSubscription) = (null, false, false);
}
