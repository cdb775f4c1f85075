using System.Net;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Tests.Simulation.Collaboration;

/// <summary>Somebody with a machine on a simulated network.</summary>
internal sealed class SimulatedPerson
{
    private readonly PeopleNetwork _network;
    private readonly Dictionary<string, KnownContact> _contacts = [];
    private TimeSpan _wake = TimeSpan.MaxValue;
    private PeerCollaborationScope _scope;

    public SimulatedPerson(PeopleNetwork network, int index)
    {
        (_network, Index) = (network, index);
        Name = PeerName.Parse($"{index + 1:x40}.");
        Key = [.. BitConverter.GetBytes(index), .. new byte[87]];
        Address = new(new IPAddress([10, 0, (byte)(index >> 8), (byte)index]), 4000);
        Source = AddressBlock.OfNeighbor(Address.Address);
        Machine = Begin();
    }

    public int Index { get; }

    public PeerName Name { get; }

    public byte[] Key { get; }

    public Guid Endpoint => new(Index + 1, 0, 0, new byte[8]);

    public IPEndPoint Address { get; }

    public AddressBlock Source { get; }

    /// <summary>The side of a split.</summary>
    public int Side { get; set; }

    /// <summary>How long one way to somebody takes, by the number of the call; null for chance.</summary>
    public Func<int, TimeSpan>? DelayTo { get; set; }

    public CollaborationMachine Machine { get; private set; }

    /// <summary>How often it began anew.</summary>
    public int Life { get; private set; }

    /// <summary>Whether its host has power.</summary>
    public bool IsOn { get; private set; } = true;

    /// <summary>Whether it is signed in.</summary>
    public bool IsAlive { get; private set; }

    /// <summary>Since when it is, or is not.</summary>
    public TimeSpan Since { get; private set; }

    public Dictionary<int, StreamEnd> Ends { get; } = [];

    /// <summary>What the owner and the user were told.</summary>
    public List<CollaborationEffect> Told { get; } = [];

    public IEnumerable<SimulatedPerson> Contacts =>
        _network.People.Where(other => _contacts.ContainsKey(other.Name.Authority));

    public void SignIn(PeerCollaborationScope scope = PeerCollaborationScope.Internet)
    {
        (IsOn, IsAlive, Since, _scope) = (true, true, _network.Elapsed, scope);
        Do(machine =>
        {
            foreach (KnownContact contact in _contacts.Values)
            {
                machine.SetContact(_network.Now, contact);
            }

            machine.SetPresence(_network.Now, PeerPresenceStatus.Online, "", "desk", $"person {Index}");
            machine.SignIn(_network.Now, new(Name, Key, Endpoint, (ushort)Address.Port), scope);
        });
    }

    public void SignOut()
    {
        Do(machine => machine.SignOut(_network.Now, PeerCollaborationScope.All));
        Die();
    }

    /// <summary>The process ends; its host says so to the others.</summary>
    public void Crash()
    {
        foreach (StreamEnd end in Ends.Values.ToArray())
        {
            _network.Hang(end);
        }

        Die();
    }

    /// <summary>The host has no power: nobody is told.</summary>
    public void LosePower()
    {
        Die();
        IsOn = false;
    }

    public void Know(SimulatedPerson other, bool isWatched = true, bool isBlocked = false)
    {
        KnownContact contact = new()
        {
            Name = other.Name,
            Key = other.Key,
            IsWatched = isWatched,
            IsBlocked = isBlocked,
            Addresses = _contacts.GetValueOrDefault(other.Name.Authority)?.Addresses ?? [],
        };
        Set(contact);
    }

    public void Remember(CollaborationEffect.Remember reached) =>
        _network.After(TimeSpan.FromMilliseconds(1), () =>
        {
            if (_contacts.TryGetValue(reached.Authority, out KnownContact? contact))
            {
                Set(contact with { Addresses = reached.Addresses });
            }
        });

    public void Say(string text) => Do(machine => machine.SetPresence(
        _network.Now, PeerPresenceStatus.Online, text, "desk", $"person {Index}"));

    /// <summary>What this one sees that another says; null for nothing.</summary>
    public string? Sees(SimulatedPerson other) =>
        Machine.Watching.Find(new(other.Name.Authority, other.Endpoint))?.Presence?.Text;

    /// <summary>The links with somebody that are up.</summary>
    public Link[] LinksWith(SimulatedPerson other) =>
        [.. Machine.Links.Where(link => link.IsUp && link.Authority == other.Name.Authority)];

    public void Enter(StreamEnd end, int? call, SimulatedPerson other)
    {
        Ends[end.Id] = end;
        Do(end, machine => machine.Connected(_network.Now, new()
        {
            Id = end.Id,
            Call = call,
            Name = other.Name,
            Key = other.Key,
            Remote = call is null ? new IPEndPoint(other.Address.Address, 50_000) : other.Address,
            Source = other.Source,
            IsOnLink = _scope.HasFlag(PeerCollaborationScope.NearMe),
        }));
    }

    public void Do(StreamEnd end, Action<CollaborationMachine> input)
    {
        if (Ends.GetValueOrDefault(end.Id) == end)
        {
            Do(input);
        }
    }

    public void DoIf(int life, Action<CollaborationMachine> input)
    {
        if (IsAlive && Life == life)
        {
            Do(input);
        }
    }

    public void Do(Action<CollaborationMachine> input)
    {
        input(Machine);
        while (Machine.TakeEffects() is { Count: > 0 } effects)
        {
            foreach (CollaborationEffect effect in effects)
            {
                _network.Perform(this, effect);
            }
        }

        Wake();
    }

    private void Set(KnownContact contact)
    {
        _contacts[contact.Name.Authority] = contact;
        if (IsAlive)
        {
            Do(machine => machine.SetContact(_network.Now, contact));
        }
    }

    private CollaborationMachine Begin() => new(_network.Random);

    private void Die()
    {
        (IsAlive, Since, Machine, _wake) = (false, _network.Elapsed, Begin(), TimeSpan.MaxValue);
        Life++;
        Ends.Clear();
    }

    private void Wake()
    {
        TimeSpan due = Machine.NextDue;
        if (due >= _wake || due == TimeSpan.MaxValue)
        {
            return;
        }

        _wake = due;
        int life = Life;
        _network.After(due > _network.Elapsed ? due - _network.Elapsed : TimeSpan.Zero, () =>
        {
            if (Life == life && _wake == due)
            {
                _wake = TimeSpan.MaxValue;
                Do(machine => machine.Advance(_network.Now));
            }
        });
    }
}
