using System.Net;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Tests.Collaboration.Protocol;

/// <summary>One machine among people whom a test plays, in a time that the test sets.</summary>
internal sealed class LoneMachine
{
    private static readonly DateTimeOffset Start = new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);

    private readonly Dictionary<int, RemoteLink> _links = [];
    private int _lastLink;
    private TimeSpan _elapsed;

    public LoneMachine(PeerCollaborationScope scope = PeerCollaborationScope.All, int seed = 1)
    {
        Machine = new(new SeededRandom(seed));
        Machine.SetPresence(Now, PeerPresenceStatus.Online, "", "desk", "Ada");
        Machine.SignIn(Now, new(NameOf(0), KeyOf(0), IdOf(0), 4000), scope);
        Settle();
    }

    public CollaborationMachine Machine { get; }

    public Moment Now => new(_elapsed, Start + _elapsed);

    /// <summary>All effects but what goes through links, in order.</summary>
    public List<CollaborationEffect> Effects { get; } = [];

    /// <summary>The invitations that wait for the user.</summary>
    public IEnumerable<PeerInvitation> Waiting => Machine.Inviting.All.Where(one =>
        one is { Direction: PeerInvitationDirection.Received, State: PeerInvitationState.Pending });

    /// <summary>The name of somebody.</summary>
    public static PeerName NameOf(int person) => PeerName.Parse($"{person:x40}.");

    public static byte[] KeyOf(int person) => [.. BitConverter.GetBytes(person), .. new byte[87]];

    public static Guid IdOf(int endpoint) => new(endpoint, 0, 0, new byte[8]);

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time)
    {
        TimeSpan end = _elapsed + time;
        while (Machine.NextDue <= end)
        {
            _elapsed = Machine.NextDue > _elapsed ? Machine.NextDue : _elapsed;
            Machine.Advance(Now);
            Settle();
        }

        _elapsed = end;
    }

    /// <summary>Lets the machine sleep: nothing of what comes due meanwhile is done in time.</summary>
    public void Jump(TimeSpan time)
    {
        _elapsed += time;
        Machine.Advance(Now);
        Settle();
    }

    /// <summary>Makes somebody a contact.</summary>
    public void Know(int person, bool isBlocked = false, bool isWatched = false)
    {
        Machine.SetContact(Now, new() { Name = NameOf(person), Key = KeyOf(person), IsBlocked = isBlocked, IsWatched = isWatched });
        Settle();
    }

    /// <summary>Somebody connects and greets.</summary>
    /// <param name="person">Who.</param>
    /// <param name="isNear">Whether from the same link of the network.</param>
    /// <param name="source">Whose share of the places it takes; null for one of the person's own.</param>
    /// <param name="endpoint">Which of the person's endpoints; null for the first.</param>
    /// <param name="key">The key; null for the person's.</param>
    public RemoteLink Connect(int person, bool isNear = true, int? source = null, int? endpoint = null, byte[]? key = null)
    {
        RemoteLink link = Enter(person, isNear, source, key);
        byte[] nonce = new byte[Greeting.NonceLength];
        nonce[0] = 7;
        link.Say(new CollaborationMessage.Hello(1, IdOf(endpoint ?? person), 5000, Greeting.Commit(nonce, key ?? KeyOf(person))));
        link.Say(new CollaborationMessage.Reveal(nonce));
        return link;
    }

    /// <summary>The machine has called somebody, who answers.</summary>
    public RemoteLink Call(int person)
    {
        RemoteLink link = Enter(person, call: 1_000_000 + person);
        link.Say(new CollaborationMessage.Hello(1, IdOf(person), 5000, new byte[Greeting.NonceLength]));
        return link;
    }

    /// <summary>Somebody connects and says nothing yet.</summary>
    public RemoteLink Enter(int person, bool isNear = true, int? source = null, byte[]? key = null, int? call = null)
    {
        var remote = new IPEndPoint(new IPAddress(BitConverter.GetBytes(0x0A000001 + (source ?? person))), 6000);
        var link = new RemoteLink(this, ++_lastLink);
        _links[link.Id] = link;
        Machine.Connected(Now, new()
        {
            Id = link.Id,
            Call = call,
            Name = NameOf(person),
            Key = key ?? KeyOf(person),
            Remote = remote,
            Source = AddressBlock.Of(remote.Address),
            IsOnLink = isNear,
        });
        Settle();
        return link;
    }

    /// <summary>Does what the machine wants done.</summary>
    public void Settle()
    {
        while (Machine.TakeEffects() is { Count: > 0 } effects)
        {
            foreach (CollaborationEffect effect in effects)
            {
                Perform(effect);
            }
        }
    }

    private void Perform(CollaborationEffect effect)
    {
        switch (effect)
        {
            case CollaborationEffect.Send send when _links.TryGetValue(send.Link, out RemoteLink? link):
                link.Take(send.Bytes);
                if (link.Reads)
                {
                    Machine.Drained(Now, send.Link);
                }

                break;
            case CollaborationEffect.Close close when _links.Remove(close.Link, out RemoteLink? link):
                link.IsClosed = true;
                break;
            default:
                Effects.Add(effect);
                break;
        }
    }
}
