using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>
/// Being in touch: whom this node wants to be connected with, and how it goes about it (PROTOCOL.md 4.5). Where a person is
/// comes from announcements on the link, from the last time, and from the name on the Internet scope, in that order.
/// </summary>
/// <param name="context">What the parts share.</param>
/// <param name="people">Who is on the link.</param>
/// <param name="links">The links with a person that are up.</param>
internal sealed class Dialing(CollaborationContext context, NearbyPeople people, Func<string, IReadOnlyList<Link>> links)
{
    // Both ends hear each other's announcements; the one with the larger key leaves the call to the other.
    private static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(2);

    // Another endpoint of somebody who is in touch may have come.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(30);

    private const double Jitter = 0.25;

    private readonly Dictionary<string, Person> _persons = [];
    private readonly Dictionary<int, Attempt> _calls = [];
    private int _lastCall;

    /// <summary>Somebody could not be reached anywhere: whoever waits for him is told.</summary>
    public Action<Moment, string, RefreshFailure>? Unreachable { get; set; }

    /// <summary>Whether a person is called, or will be.</summary>
    public bool IsCalling(string authority) => _persons.ContainsKey(authority);

    /// <summary>This node wants to be in touch with a person, now.</summary>
    /// <param name="now">When.</param>
    /// <param name="authority">The person.</param>
    /// <param name="known">Where one of the person's endpoints is.</param>
    public void Want(Moment now, string authority, IReadOnlyList<IPEndPoint>? known = null)
    {
        if (context.Own is null || authority == context.Own.Name.Authority)
        {
            return;
        }

        if (!_persons.TryGetValue(authority, out Person? person))
        {
            _persons[authority] = person = new(authority);
        }

        if (known is { Count: > 0 })
        {
            person.Known = known;
        }

        (person.Retry, person.NextFind, person.FindInterval) = (CollaborationLimits.FirstRetry, TimeSpan.Zero, CollaborationLimits.FirstFind);
        Try(now, person);
    }

    /// <summary>Nobody wants to be in touch with a person any more.</summary>
    public void Leave(string authority)
    {
        _persons.Remove(authority);
        context.Timers.Cancel(ReachTimer(authority));
    }

    /// <summary>This node has signed out.</summary>
    public void LeaveAll()
    {
        foreach (string authority in _persons.Keys.ToArray())
        {
            Leave(authority);
        }

        _calls.Clear();
    }

    /// <summary>Somebody on the link has announced an endpoint that there is no link with.</summary>
    public void Announced(Moment now, Announcement said)
    {
        if (!_persons.TryGetValue(said.Key.Authority, out Person? person))
        {
            return;
        }

        person.Retry = CollaborationLimits.FirstRetry;
        if (context.Own!.EndpointKey.CompareTo(said.Key) < 0)
        {
            Call(now, person, said.Key.Id, said.Addresses);
        }
        else
        {
            context.Timers.Set(ReachTimer(person.Authority), now.Elapsed + context.About(Courtesy, Jitter));
        }
    }

    /// <summary>The time to try a person again has come.</summary>
    public void Try(Moment now, string authority)
    {
        if (_persons.TryGetValue(authority, out Person? person))
        {
            Try(now, person);
        }
    }

    /// <summary>A call has come through, whoever it was that answered.</summary>
    public void Connected(Moment now, int call)
    {
        if (_calls.Remove(call, out Attempt? made))
        {
            made.Person.Calls--;
        }
    }

    /// <summary>A link with a person is up.</summary>
    public void Reached(Moment now, string authority)
    {
        if (!_persons.TryGetValue(authority, out Person? person))
        {
            return;
        }

        bool wasLost = person.IsLost;
        (person.IsLost, person.Retry, person.FindInterval) = (false, CollaborationLimits.FirstRetry, CollaborationLimits.FirstFind);
        context.Timers.Set(ReachTimer(authority), now.Elapsed + context.About(LookInterval, Jitter));
        if (wasLost)
        {
            Reunite(now);
        }
    }

    /// <summary>A link with a person is gone.</summary>
    /// <param name="now">When.</param>
    /// <param name="authority">The person.</param>
    /// <param name="wasUp">Whether the greeting was over: who always hangs up before is not called ever more often.</param>
    public void Lost(Moment now, string authority, bool wasUp)
    {
        if (_persons.TryGetValue(authority, out Person? person) && links(authority).Count == 0)
        {
            if (wasUp)
            {
                (person.IsLost, person.Retry) = (true, CollaborationLimits.FirstRetry);
            }

            Wait(now, person);
        }
    }

    /// <summary>The network has changed: everybody who is out of touch is tried again soon.</summary>
    public void NetworkChanged(Moment now)
    {
        foreach (Person person in _persons.Values)
        {
            (person.NextFind, person.FindInterval) = (TimeSpan.Zero, CollaborationLimits.FirstFind);
            Hasten(now, person);
        }
    }

    /// <summary>Nobody, or somebody else, answered a call.</summary>
    public void CallFailed(Moment now, int call, bool isSomebodyElse)
    {
        if (!_calls.Remove(call, out Attempt? made))
        {
            return;
        }

        made.Person.Calls--;
        if (isSomebodyElse && !made.Person.IsSomebodyElse)
        {
            made.Person.IsSomebodyElse = true;
            context.Do(new CollaborationEffect.Warn(
                made.Person.Authority,
                $"At {string.Join(", ", made.Addresses)}, where {NameOf(made.Person.Authority)} should be, somebody else answers. "
                + "Nothing was told to him."));
        }

        Continue(now, made.Person);
    }

    /// <summary>Where a person's endpoints are, as far as the name tells.</summary>
    public void Found(Moment now, string authority, IReadOnlyList<IPEndPoint> endpoints)
    {
        if (!_persons.TryGetValue(authority, out Person? person))
        {
            return;
        }

        (person.IsFinding, person.HasFound) = (false, true);
        foreach (IPEndPoint endpoint in endpoints.Take(CollaborationLimits.Addresses).Where(endpoint => !IsLinked(authority, endpoint)))
        {
            Call(now, person, Guid.Empty, [endpoint]);
        }

        Continue(now, person);
    }

    private static CollaborationTimer ReachTimer(string authority) => new(TimerKind.Reach, Person: authority);

    private void Try(Moment now, Person person)
    {
        if (person.Calls > 0 || person.IsFinding)
        {
            return;
        }

        (person.HasFound, person.IsSomebodyElse) = (false, false);
        IReadOnlyList<Link> linked = links(person.Authority);
        foreach (Announcement said in people.Of(person.Authority).Where(said => !linked.Any(link => link.Endpoint == said.Key)).ToArray())
        {
            Call(now, person, said.Id, said.Addresses);
        }

        IEnumerable<IPEndPoint> remembered = linked.Count == 0 ? context.ContactOf(person.Authority)?.Addresses ?? [] : [];
        foreach (IPEndPoint address in person.Known.Concat(remembered).Distinct().Take(CollaborationLimits.Addresses)
            .Where(address => !IsLinked(person.Authority, address)).ToArray())
        {
            Call(now, person, Guid.Empty, [address]);
        }

        Continue(now, person);
    }

    // What is known is tried first; the name is asked for where that is not enough.
    private void Continue(Moment now, Person person)
    {
        if (person.Calls > 0 || person.IsFinding || _persons.GetValueOrDefault(person.Authority) != person)
        {
            return;
        }

        bool isLinked = links(person.Authority).Count > 0;
        if (context.IsOnInternet && !person.HasFound && person.NextFind <= now.Elapsed)
        {
            // Names cost others' time: somebody who is away for long is looked for seldom, and comes by himself when he is back.
            person.NextFind = now.Elapsed + person.FindInterval;
            TimeSpan doubled = person.FindInterval * 2;
            person.FindInterval = doubled < CollaborationLimits.LongestFind ? doubled : CollaborationLimits.LongestFind;
            person.IsFinding = true;
            context.Do(new CollaborationEffect.Find(person.Authority));
        }
        else if (isLinked)
        {
            context.Timers.Set(ReachTimer(person.Authority), now.Elapsed + context.About(LookInterval, Jitter));
        }
        else
        {
            Wait(now, person);
            Unreachable?.Invoke(
                now, person.Authority, person.IsSomebodyElse ? RefreshFailure.SomebodyElse : RefreshFailure.Unreachable);
        }
    }

    private void Wait(Moment now, Person person)
    {
        context.Timers.Set(ReachTimer(person.Authority), now.Elapsed + context.About(person.Retry, Jitter));
        TimeSpan doubled = person.Retry * 2;
        person.Retry = doubled < CollaborationLimits.LongestRetry ? doubled : CollaborationLimits.LongestRetry;
    }

    private void Call(Moment now, Person person, Guid endpoint, IReadOnlyList<IPEndPoint> addresses)
    {
        if (addresses.Count == 0
            || (endpoint != Guid.Empty && _calls.Values.Any(call => call.Person == person && call.Endpoint == endpoint)))
        {
            return;
        }

        person.Calls++;
        _calls[++_lastCall] = new(person, endpoint, addresses);
        context.Do(new CollaborationEffect.Dial(_lastCall, person.Authority, addresses));
    }

    // Whoever was lost together comes back together: a network was away.
    private void Reunite(Moment now)
    {
        foreach (Person lost in _persons.Values.Where(person => person.IsLost))
        {
            Hasten(now, lost);
        }
    }

    private void Hasten(Moment now, Person person)
    {
        TimeSpan due = now.Elapsed + context.Random.NextTimeSpan(CollaborationLimits.ReunionTime);
        if (links(person.Authority).Count == 0 && (context.Timers.Get(ReachTimer(person.Authority)) is not { } set || set > due))
        {
            person.Retry = CollaborationLimits.FirstRetry;
            context.Timers.Set(ReachTimer(person.Authority), due);
        }
    }

    private bool IsLinked(string authority, IPEndPoint endpoint) => links(authority).Any(link =>
        link.RemoteHello is { } hello && hello.Port == endpoint.Port && link.Start.Remote.Address.Equals(endpoint.Address));

    private string NameOf(string authority) =>
        context.ContactOf(authority) is { } contact
            ? contact.Nickname.Length > 0 ? $"'{contact.Nickname}'" : $"'{contact.Name}'"
            : $"'{authority}'";

    private sealed class Person(string authority)
    {
        public string Authority { get; } = authority;

        public TimeSpan Retry { get; set; } = CollaborationLimits.FirstRetry;

        /// <summary>Before when the name is not asked for again.</summary>
        public TimeSpan NextFind { get; set; }

        public TimeSpan FindInterval { get; set; } = CollaborationLimits.FirstFind;

        public int Calls { get; set; }

        public bool IsFinding { get; set; }

        /// <summary>Whether the name was asked for in this round.</summary>
        public bool HasFound { get; set; }

        public bool IsSomebodyElse { get; set; }

        /// <summary>Whether there was a link, and is none.</summary>
        public bool IsLost { get; set; }

        public IReadOnlyList<IPEndPoint> Known { get; set; } = [];
    }

    private sealed record Attempt(Person Person, Guid Endpoint, IReadOnlyList<IPEndPoint> Addresses);
}
