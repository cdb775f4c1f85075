using System.Net;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>
/// People on the link: who has announced himself, and when this endpoint does (PROTOCOL.md 2). Answers go to everybody, one
/// for all who have asked, and seldom: nobody can have messages sent to an address of his choice, nor more of them than one a
/// second.
/// </summary>
/// <param name="context">What the parts share.</param>
/// <param name="shown">Under which names this endpoint announces itself.</param>
internal sealed class NearbyPeople(CollaborationContext context, Publications shown)
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerDelay = TimeSpan.FromSeconds(0.8);
    private static readonly TimeSpan AnswerDelayOfEach = TimeSpan.FromMilliseconds(4);

    // Two are lost before anybody is thought to be gone.
    private const double LifetimeInIntervals = 2.5;
    private const double Jitter = 0.1;

    private readonly Dictionary<EndpointKey, Person> _people = [];
    private readonly Dictionary<AddressBlock, int> _perSource = [];
    private readonly FairLimiter _limiter = new(
        CollaborationLimits.AnnouncementsPerSecond, CollaborationLimits.AnnouncementBurst, CollaborationLimits.AnnouncementSources);

    private TimeSpan _announced = TimeSpan.MinValue;
    private uint _version;

    /// <summary>How many are known.</summary>
    public int Count => _people.Count;

    /// <summary>Those who are known.</summary>
    public IEnumerable<Announcement> All => _people.Values.Select(person => person.Announcement);

    /// <summary>When somebody was heard of last.</summary>
    public DateTimeOffset SeenAt(EndpointKey key) => _people.TryGetValue(key, out Person? person) ? person.Seen : default;

    public Announcement? Find(EndpointKey key) => _people.GetValueOrDefault(key)?.Announcement;

    /// <summary>The endpoints of a person.</summary>
    public IEnumerable<Announcement> Of(string authority) =>
        _people.Where(pair => pair.Key.Authority == authority).Select(pair => pair.Value.Announcement);

    /// <summary>Whether one more message from a source is read: reading is what costs.</summary>
    public bool Admits(Moment now, AddressBlock source) => _limiter.TryTake(source, now.Elapsed);

    /// <summary>This endpoint has signed in on the link.</summary>
    public void Enter(Moment now)
    {
        AnnounceSoon(now, TimeSpan.Zero);
        Ask();
    }

    /// <summary>Asks everybody to announce themselves.</summary>
    public void Ask() => context.Do(new CollaborationEffect.Ask());

    /// <summary>What is said of this endpoint has changed, or must be said again.</summary>
    public void Change(Moment now)
    {
        _version++;
        AnnounceSoon(now, TimeSpan.Zero);
    }

    /// <summary>This endpoint has signed out.</summary>
    public void Leave(Moment now)
    {
        context.Do(new CollaborationEffect.Withdraw(context.Own!));
        context.Timers.Cancel(new(TimerKind.Announce));
        context.Timers.Cancel(new(TimerKind.AnswerProbes));
        foreach (EndpointKey key in _people.Keys.ToArray())
        {
            Remove(key);
        }
    }

    /// <summary>Somebody asks who is here.</summary>
    public void Asked(Moment now)
    {
        if (context.IsNear && context.Timers.Get(new(TimerKind.AnswerProbes)) is null)
        {
            TimeSpan window = AnswerDelayOfEach * _people.Count;
            AnnounceSoon(now, context.Random.NextTimeSpan(window > AnswerDelay ? window : AnswerDelay));
        }
    }

    /// <summary>Somebody has announced an endpoint.</summary>
    /// <returns>Whether it is news: new, or elsewhere than it was.</returns>
    public bool Announced(Moment now, Announcement said)
    {
        if (!context.IsNear)
        {
            return false;
        }

        if (said.Key == context.Own!.EndpointKey)
        {
            // Somebody says that this endpoint is elsewhere.
            Defend(now);
            return false;
        }

        bool isKnown = _people.TryGetValue(said.Key, out Person? known);
        if (!isKnown && !HasPlace(said.Source))
        {
            return false;
        }

        if (!isKnown)
        {
            _people[said.Key] = known = new(said);
            _perSource[said.Source] = _perSource.GetValueOrDefault(said.Source) + 1;
        }

        // One announcement is heard on several links, each with an address of its own.
        bool isSame = known!.Hear(now, said) && isKnown;
        context.Timers.Set(new(TimerKind.PersonGone, Person: said.Key.Authority, Id: said.Id), now.Elapsed + said.Lifetime);
        if (!isSame)
        {
            Tell(isKnown ? PeerCollaborationChangeType.Updated : PeerCollaborationChangeType.Added, known.Announcement, now.Utc);
        }

        return !isSame;
    }

    /// <summary>Somebody says that an endpoint is gone.</summary>
    public void Withdrawn(Moment now, EndpointKey key, AddressBlock source)
    {
        if (context.IsNear && key == context.Own!.EndpointKey)
        {
            Defend(now);
        }
        else if (_people.TryGetValue(key, out Person? person) && person.IsHeardFrom(source))
        {
            Remove(key);
        }
    }

    /// <summary>Says again that this endpoint is here.</summary>
    public void Announce(Moment now)
    {
        context.Timers.Cancel(new(TimerKind.AnswerProbes));
        TimeSpan interval = TimeSpan.FromSeconds(Math.Max(ShortestInterval.TotalSeconds, _people.Count));
        TimeSpan lifetime = interval * LifetimeInIntervals;
        _announced = now.Elapsed;
        context.Do(new CollaborationEffect.Announce(
            context.Own!,
            shown.DisplayName,
            shown.EndpointName,
            _version,
            lifetime < NearHello.MaximumLifetime ? lifetime : NearHello.MaximumLifetime));
        context.Timers.Set(new(TimerKind.Announce), now.Elapsed + context.About(interval, Jitter));
    }

    /// <summary>What somebody has announced is to be believed no more.</summary>
    public void Expire(EndpointKey key) => Remove(key);

    private void Defend(Moment now) => AnnounceSoon(now, TimeSpan.Zero);

    private void AnnounceSoon(Moment now, TimeSpan delay)
    {
        TimeSpan earliest = _announced == TimeSpan.MinValue ? now.Elapsed : _announced + ShortestPause;
        TimeSpan due = now.Elapsed + delay;
        due = due > earliest ? due : earliest;
        if (due <= now.Elapsed)
        {
            Announce(now);
        }
        else if (context.Timers.Get(new(TimerKind.AnswerProbes)) is not { } set || due < set)
        {
            context.Timers.Set(new(TimerKind.AnswerProbes), due);
        }
    }

    private bool HasPlace(AddressBlock source) =>
        _people.Count < CollaborationLimits.People
        && _perSource.GetValueOrDefault(source) < CollaborationLimits.PeopleOfSource;

    private void Remove(EndpointKey key)
    {
        if (_people.Remove(key, out Person? person))
        {
            Release(person.First);
            context.Timers.Cancel(new(TimerKind.PersonGone, Person: key.Authority, Id: key.Id));
            Tell(PeerCollaborationChangeType.Removed, person.Announcement, person.Seen);
        }
    }

    private void Release(AddressBlock source)
    {
        int held = _perSource[source] - 1;
        if (held == 0)
        {
            _perSource.Remove(source);
        }
        else
        {
            _perSource[source] = held;
        }
    }

    private void Tell(PeerCollaborationChangeType type, Announcement said, DateTimeOffset seen) =>
        context.Tell(new PeerPersonChange(type, Describe(said, seen)));

    /// <summary>A person as people see one.</summary>
    public PeerPersonNearMe Describe(Announcement said) => Describe(said, SeenAt(said.Key));

    private PeerPersonNearMe Describe(Announcement said, DateTimeOffset seen)
    {
        bool isContact = context.ContactOf(said.Key.Authority) is not null;
        return new()
        {
            Nickname = said.DisplayName,
            Contact = said.Name.Value,
            Id = said.Id,
            IsContact = isContact,
            Seen = seen,
            Endpoint = new PeerEndpoint
            {
                Contact = said.Name.Value,
                Id = said.Id,
                Name = said.EndpointName,
                DisplayName = said.DisplayName,
                Addresses = [.. said.Addresses],
                IsContact = isContact,
            },
        };
    }

    private sealed class Person(Announcement first)
    {
        private readonly Dictionary<IPEndPoint, TimeSpan> _addresses = [];
        private readonly HashSet<AddressBlock> _sources = [];

        public AddressBlock First { get; } = first.Source;

        public Announcement Announcement { get; private set; } = first;

        public DateTimeOffset Seen { get; private set; }

        public bool IsHeardFrom(AddressBlock source) => _sources.Contains(source);

        /// <returns>Whether it says what is known.</returns>
        public bool Hear(Moment now, Announcement said)
        {
            Announcement former = Announcement;
            foreach (IPEndPoint old in _addresses.Where(pair => pair.Value <= now.Elapsed).Select(pair => pair.Key).ToArray())
            {
                _addresses.Remove(old);
            }

            foreach (IPEndPoint address in said.Addresses)
            {
                if (_addresses.Count < CollaborationLimits.Addresses || _addresses.ContainsKey(address))
                {
                    _addresses[address] = now.Elapsed + said.Lifetime;
                }
            }

            if (_sources.Count < CollaborationLimits.Addresses)
            {
                _sources.Add(said.Source);
            }

            Announcement = said with { Addresses = [.. _addresses.Keys] };
            Seen = now.Utc;
            return former.Name == said.Name && former.DisplayName == said.DisplayName && former.EndpointName == said.EndpointName
                && former.Addresses.All(_addresses.ContainsKey) && former.Addresses.Count == _addresses.Count;
        }
    }
}
