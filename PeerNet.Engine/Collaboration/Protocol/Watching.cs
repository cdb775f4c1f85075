using System.Net;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>What others show: asking for it, keeping it within limits, telling of changes (PROTOCOL.md 4.3).</summary>
/// <param name="context">What the parts share.</param>
/// <param name="flush">Sends what a link has to send.</param>
internal sealed class Watching(CollaborationContext context, Action<Moment, Link> flush)
{
    private readonly Dictionary<EndpointKey, RemoteEndpoint> _endpoints = [];
    private long _bytes;

    public IEnumerable<RemoteEndpoint> All => _endpoints.Values;

    /// <summary>Bytes of what others show, all together.</summary>
    public long Bytes => _bytes;

    public RemoteEndpoint? Find(EndpointKey key) => _endpoints.GetValueOrDefault(key);

    public IEnumerable<RemoteEndpoint> Of(string authority) => _endpoints.Values.Where(endpoint => endpoint.Key.Authority == authority);

    /// <summary>An endpoint that the user names; it is kept until it is forgotten.</summary>
    public RemoteEndpoint GetOrAdd(EndpointKey key, PeerName name)
    {
        if (!_endpoints.TryGetValue(key, out RemoteEndpoint? endpoint))
        {
            _endpoints[key] = endpoint = new(key, name);
        }

        return endpoint;
    }

    /// <summary>A link is up.</summary>
    public void Connected(Moment now, Link link, IPEndPoint? listener)
    {
        RemoteEndpoint endpoint = GetOrAdd(link.Endpoint, link.Start.Name);
        endpoint.Disconnect();
        endpoint.Link = link;
        if (listener is not null)
        {
            endpoint.Addresses = [listener];
        }

        context.Tell(Describe(endpoint));
        Settle(now, endpoint);
        if (endpoint.Waiting.Count > 0 && !endpoint.HasSubscription)
        {
            AskOnce(now, endpoint);
        }
    }

    /// <summary>A link is gone, and with it what was known by it.</summary>
    public void Disconnected(Moment now, Link link)
    {
        if (Find(link.Endpoint) is not { } endpoint || endpoint.Link != link)
        {
            return;
        }

        endpoint.Disconnect();
        context.Timers.Cancel(Renewal(endpoint));
        Fail(endpoint, RefreshFailure.Lost);
        foreach (ItemKey key in endpoint.Items.Keys.ToArray())
        {
            Drop(now, endpoint, key);
        }

        context.Tell(Describe(endpoint));
        if (!endpoint.IsSubscribed)
        {
            _endpoints.Remove(endpoint.Key);
        }
    }

    /// <summary>Whether this node wants to know of changes.</summary>
    public bool Wants(RemoteEndpoint endpoint) =>
        endpoint.IsSubscribed || context.ContactOf(endpoint.Key.Authority) is { IsWatched: true, IsBlocked: false };

    /// <summary>Subscribes or unsubscribes where it is not as it should be.</summary>
    public void Settle(Moment now, RemoteEndpoint endpoint)
    {
        if (endpoint.Link is not { IsUp: true } link || Wants(endpoint) == endpoint.HasSubscription)
        {
            return;
        }

        if (!endpoint.HasSubscription)
        {
            Subscribe(now, endpoint);
            return;
        }

        endpoint.HasSubscription = false;
        endpoint.Desist();
        context.Timers.Cancel(Renewal(endpoint));
        if (context.ContactOf(endpoint.Key.Authority) is not { IsBlocked: true })
        {
            // Who is blocked is not told even that: his own subscription runs out.
            link.Queue(new CollaborationMessage.Unsubscribe());
            flush(now, link);
        }
    }

    /// <summary>Asks for all that an endpoint shows, or asks again for its changes.</summary>
    public void Renew(Moment now, EndpointKey key)
    {
        if (Find(key) is { Link.IsUp: true } endpoint && Wants(endpoint))
        {
            Subscribe(now, endpoint);
        }
    }

    /// <summary>The user wants to know all that an endpoint shows.</summary>
    public void Refresh(Moment now, RemoteEndpoint endpoint, int request)
    {
        endpoint.Waiting.Add((0, request));
        if (endpoint.Link is { IsUp: true })
        {
            AskOnce(now, endpoint);
        }
    }

    /// <summary>A request is waited for no more.</summary>
    public void Abandon(int request)
    {
        foreach (RemoteEndpoint endpoint in _endpoints.Values.Where(endpoint =>
            endpoint.Waiting.RemoveAll(waiting => waiting.Request == request) > 0).ToArray())
        {
            DropIfUnknown(endpoint);
        }
    }

    /// <summary>Nobody can be reached at an endpoint.</summary>
    public void Unreachable(RemoteEndpoint endpoint, RefreshFailure failure)
    {
        Fail(endpoint, failure);
        DropIfUnknown(endpoint);
    }

    private void Fail(RemoteEndpoint endpoint, RefreshFailure failure)
    {
        foreach ((_, int request) in endpoint.Waiting)
        {
            context.Do(new CollaborationEffect.Answer(request, failure));
        }

        endpoint.Waiting.Clear();
    }

    /// <summary>Forgets an endpoint that is not connected, or what it shows.</summary>
    public void Forget(Moment now, RemoteEndpoint endpoint)
    {
        endpoint.IsSubscribed = false;
        Settle(now, endpoint);
        foreach (ItemKey key in endpoint.Items.Keys.ToArray())
        {
            Drop(now, endpoint, key);
        }

        if (endpoint.Link is null)
        {
            Fail(endpoint, RefreshFailure.Lost);
            _endpoints.Remove(endpoint.Key);
        }
    }

    /// <summary>Something is shown, or is shown no more.</summary>
    public void Published(Moment now, Link link, PublishedItem item)
    {
        // What nobody has asked for is not kept.
        if (Find(link.Endpoint) is not { } endpoint || endpoint.Link != link || !(endpoint.IsAsked || endpoint.HasSubscription))
        {
            return;
        }

        if (item is PublishedItem.Gone)
        {
            Drop(now, endpoint, item.Key);
        }
        else if (HasRoom(now, endpoint, item))
        {
            Keep(now, endpoint, item);
        }
        else
        {
            // What there was of it is no longer so.
            Drop(now, endpoint, item.Key);
        }
    }

    /// <summary>An answer is complete.</summary>
    public void Completed(Moment now, Link link, uint question)
    {
        if (Find(link.Endpoint) is not { } endpoint || endpoint.Link != link)
        {
            return;
        }

        foreach (ItemKey key in endpoint.Complete(question))
        {
            Drop(now, endpoint, key);
        }

        foreach ((_, int request) in endpoint.Waiting.Where(waiting => waiting.Question == question))
        {
            context.Do(new CollaborationEffect.Answer(request, Failure: null));
        }

        endpoint.Waiting.RemoveAll(waiting => waiting.Question == question);
    }

    /// <summary>An endpoint as people see one.</summary>
    public PeerEndpoint Describe(RemoteEndpoint endpoint) => new()
    {
        Contact = endpoint.Name.Value,
        Id = endpoint.Key.Id,
        Name = endpoint.Presence?.EndpointName ?? "",
        DisplayName = NameOf(endpoint),
        Addresses = [.. endpoint.Addresses],
        IsConnected = endpoint.Link is { IsUp: true },
        IsSubscribed = Wants(endpoint),
        IsContact = context.ContactOf(endpoint.Key.Authority) is not null,
        Fingerprint = endpoint.Link is { } link ? Fingerprints.Of(link.Start.Key) : null,
        AuthenticationString = endpoint.Link?.AuthenticationString,
    };

    /// <summary>A presence as people see one.</summary>
    public PeerPresence DescribePresence(RemoteEndpoint endpoint) => new()
    {
        Contact = endpoint.Name.Value,
        DisplayName = NameOf(endpoint),
        Endpoint = endpoint.Presence is null ? null : endpoint.Key.Id,
        EndpointName = endpoint.Presence?.EndpointName ?? "",
        Status = endpoint.Presence?.Status ?? PeerPresenceStatus.Offline,
        Text = endpoint.Presence?.Text ?? "",
        Updated = endpoint.Presence is null ? null : endpoint.Since,
    };

    /// <summary>An object as people see one.</summary>
    public static PeerObject Describe(RemoteEndpoint endpoint, PublishedItem.SharedObject item) => new()
    {
        Id = item.Id,
        Data = item.Data,
        Owner = endpoint.Name.Value,
        Endpoint = endpoint.Key.Id,
    };

    /// <summary>An application as people see one.</summary>
    public static PeerApplication Describe(RemoteEndpoint endpoint, PublishedItem.Application item) => new()
    {
        Id = item.Id,
        Name = item.Name,
        Description = item.Description,
        Data = item.Data,
        Scope = PeerCollaborationScope.None,
        Owner = endpoint.Name.Value,
        Endpoint = endpoint.Key.Id,
    };

    // What was only asked for, and has not answered, was perhaps never there.
    private void DropIfUnknown(RemoteEndpoint endpoint)
    {
        if (endpoint is { Link: null, IsSubscribed: false, Waiting.Count: 0 })
        {
            _endpoints.Remove(endpoint.Key);
        }
    }

    private static CollaborationTimer Renewal(RemoteEndpoint endpoint) =>
        new(TimerKind.Renew, Person: endpoint.Key.Authority, Id: endpoint.Key.Id);

    private string NameOf(RemoteEndpoint endpoint) =>
        context.ContactOf(endpoint.Key.Authority) is { Nickname.Length: > 0 } contact
            ? contact.Nickname
            : endpoint.Presence?.DisplayName ?? "";

    private void Subscribe(Moment now, RemoteEndpoint endpoint)
    {
        TimeSpan lifetime = CollaborationLimits.SubscriptionLifetime;
        uint question = Ask(endpoint);
        endpoint.HasSubscription = true;
        endpoint.Link!.Queue(new CollaborationMessage.Subscribe(question, (uint)lifetime.TotalSeconds));
        context.Timers.Set(Renewal(endpoint), now.Elapsed + (lifetime / 2));
        flush(now, endpoint.Link);
    }

    private void AskOnce(Moment now, RemoteEndpoint endpoint)
    {
        endpoint.Link!.LastNeeded = now.Elapsed;
        endpoint.Link.Queue(new CollaborationMessage.Query(Ask(endpoint)));
        flush(now, endpoint.Link);
    }

    // One answer serves all who wait for one.
    private static uint Ask(RemoteEndpoint endpoint)
    {
        uint question = endpoint.Ask();
        for (int i = 0; i < endpoint.Waiting.Count; i++)
        {
            endpoint.Waiting[i] = endpoint.Waiting[i] with { Question = question };
        }

        return question;
    }

    private bool HasRoom(Moment now, RemoteEndpoint endpoint, PublishedItem item)
    {
        int former = endpoint.Items.TryGetValue(item.Key, out PublishedItem? known) ? known.Length : 0;
        int growth = item.Length - former;
        if (endpoint.Bytes + growth > CollaborationLimits.BytesOfEndpoint
            || (former == 0 && endpoint.Items.Keys.Count(key => key.Kind == item.Key.Kind) >= CollaborationLimits.ItemsOfKind))
        {
            return false;
        }

        if (_bytes + growth > CollaborationLimits.BytesOfAll && context.ContactOf(endpoint.Key.Authority) is not null)
        {
            MakeRoom(now, growth);
        }

        return _bytes + growth <= CollaborationLimits.BytesOfAll;
    }

    // What strangers show is the first to go.
    private void MakeRoom(Moment now, int length)
    {
        foreach (RemoteEndpoint stranger in _endpoints.Values.Where(other => context.ContactOf(other.Key.Authority) is null).ToArray())
        {
            foreach (ItemKey key in stranger.Items.Keys.Where(key => key.Kind != ItemKind.Presence).ToArray())
            {
                Drop(now, stranger, key);
            }

            if (_bytes + length <= CollaborationLimits.BytesOfAll)
            {
                return;
            }
        }
    }

    private void Keep(Moment now, RemoteEndpoint endpoint, PublishedItem item)
    {
        _bytes -= endpoint.Bytes;
        PublishedItem? former = endpoint.Keep(item);
        _bytes += endpoint.Bytes;
        switch (item)
        {
            case PublishedItem.Presence presence:
                bool isSame = former is PublishedItem.Presence before && before with { Age = presence.Age } == presence;
                if (!isSame || endpoint.Since is null)
                {
                    endpoint.Since = now.Utc - TimeSpan.FromSeconds(presence.Age);
                    context.Tell(DescribePresence(endpoint));
                }

                break;
            case PublishedItem.SharedObject shared when former is not PublishedItem.SharedObject same || !same.Data.AsSpan().SequenceEqual(shared.Data):
                context.Tell(new PeerObjectChange(TypeOf(former), Describe(endpoint, shared)));
                break;
            case PublishedItem.Application application when former is not PublishedItem.Application same
                || same.Name != application.Name || same.Description != application.Description
                || !same.Data.AsSpan().SequenceEqual(application.Data):
                context.Tell(new PeerApplicationChange(TypeOf(former), Describe(endpoint, application)));
                break;
        }
    }

    private static PeerCollaborationChangeType TypeOf(PublishedItem? former) =>
        former is null ? PeerCollaborationChangeType.Added : PeerCollaborationChangeType.Updated;

    private void Drop(Moment now, RemoteEndpoint endpoint, ItemKey key)
    {
        string name = NameOf(endpoint);
        _bytes -= endpoint.Bytes;
        PublishedItem? former = endpoint.Drop(key);
        _bytes += endpoint.Bytes;
        switch (former)
        {
            case PublishedItem.Presence:
                endpoint.Since = null;
                context.Tell(DescribePresence(endpoint) with { DisplayName = name, Endpoint = endpoint.Key.Id });
                break;
            case PublishedItem.SharedObject shared:
                context.Tell(new PeerObjectChange(PeerCollaborationChangeType.Removed, Describe(endpoint, shared)));
                break;
            case PublishedItem.Application application:
                context.Tell(new PeerApplicationChange(PeerCollaborationChangeType.Removed, Describe(endpoint, application)));
                break;
        }
    }
}
