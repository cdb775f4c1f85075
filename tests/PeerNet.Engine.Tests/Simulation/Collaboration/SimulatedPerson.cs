using System.Net;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Tests.Simulation.Collaboration;

/// <summary>Somebody with a machine on a simulated network.</summary>
internal sealed class SimulatedPerson : SimulatedHost
{
    private readonly PeopleNetwork _network;
    private readonly Dictionary<string, KnownContact> _contacts = [];
    private PeerCollaborationScope _scope;

    public SimulatedPerson(PeopleNetwork network, int index)
        : base(network)
    {
        (_network, Index) = (network, index);
        Name = PeerName.Parse($"{index + 1:x40}.");
        Key = [.. BitConverter.GetBytes(index), .. new byte[87]];
        Address = new(new IPAddress([10, 0, (byte)(index >> 8), (byte)index]), 4000);
        Source = AddressBlock.OfNeighbor(Address.Address);
        Machine = Begin();
        Die();
    }

    public int Index { get; }

    public PeerName Name { get; }

    public byte[] Key { get; }

    public Guid Endpoint => new(Index + 1, 0, 0, new byte[8]);

    public IPEndPoint Address { get; }

    public AddressBlock Source { get; }

    /// <summary>How long one way to somebody takes, by the number of the call; null for chance.</summary>
    public Func<int, TimeSpan>? DelayTo { get; set; }

    public CollaborationMachine Machine { get; private set; }

    /// <summary>Whether its host has power.</summary>
    public bool IsOn { get; private set; } = true;

    /// <summary>Whether it is signed in.</summary>
    public bool IsAlive => !IsDead;

    /// <summary>Since when it is, or is not.</summary>
    public TimeSpan Since { get; private set; }

    public Dictionary<int, StreamEnd> Ends { get; } = [];

    /// <summary>What the owner and the user were told.</summary>
    public List<CollaborationEffect> Told { get; } = [];

    public IEnumerable<SimulatedPerson> Contacts =>
        _network.People.Where(other => _contacts.ContainsKey(other.Name.Authority));

    public void SignIn(PeerCollaborationScope scope = PeerCollaborationScope.Internet)
    {
        (IsOn, Since, _scope) = (true, _network.Elapsed, scope);
        Revive();
        Do(machine =>
        {
            foreach (KnownContact contact in _contacts.Values)
            {
                machine.SetContact(Now, contact);
            }

            machine.SetPresence(Now, PeerPresenceStatus.Online, "", "desk", $"person {Index}");
            machine.SignIn(Now, new(Name, Key, Endpoint, (ushort)Address.Port), scope);
        });
    }

    public void SignOut()
    {
        Do(machine => machine.SignOut(Now, PeerCollaborationScope.All));
        End();
    }

    /// <summary>The process ends; its host says so to the others.</summary>
    public void Crash()
    {
        foreach (StreamEnd end in Ends.Values.ToArray())
        {
            _network.Hang(end);
        }

        End();
    }

    /// <summary>The host has no power: nobody is told.</summary>
    public void LosePower()
    {
        End();
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
        Now, PeerPresenceStatus.Online, text, "desk", $"person {Index}"));

    /// <summary>What this one sees that another says; null for nothing.</summary>
    public string? Sees(SimulatedPerson other) =>
        Machine.Watching.Find(new(other.Name.Authority, other.Endpoint))?.Presence?.Text;

    /// <summary>The links with somebody that are up.</summary>
    public Link[] LinksWith(SimulatedPerson other) =>
        [.. Machine.Links.Where(link => link.IsUp && link.Authority == other.Name.Authority)];

    public void Enter(StreamEnd end, int? call, SimulatedPerson other)
    {
        Ends[end.Id] = end;
        Do(end, machine => machine.Connected(Now, new()
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

    public void DoIf(int life, Action<CollaborationMachine> input) => DoIf(life, () => input(Machine));

    public void Do(Action<CollaborationMachine> input) => Do(() => input(Machine));

    protected override TimeSpan NextDue => Machine.NextDue;

    protected override void Advance() => Machine.Advance(Now);

    protected override void Perform()
    {
        while (Machine.TakeEffects() is { Count: > 0 } effects)
        {
            foreach (CollaborationEffect effect in effects)
            {
                _network.Perform(this, effect);
            }
        }
    }

    private void Set(KnownContact contact)
    {
        _contacts[contact.Name.Authority] = contact;
        if (IsAlive)
        {
            Do(machine => machine.SetContact(Now, contact));
        }
    }

    private CollaborationMachine Begin() => new(_network.Random);

    private void End()
    {
        Die();
        (Since, Machine) = (_network.Elapsed, Begin());
        Ends.Clear();
    }
}
