using System.Net;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;
using PeerNet.Engine.Tests.Collaboration.Protocol;

namespace PeerNet.Engine.Tests.Fuzz;

/// <summary>A machine of collaboration lives through any sequence of inputs, and what it holds stays within its limits.</summary>
public sealed class HostileCollaborationTests
{
    private const int Sequences = 100_000;
    private const int Steps = 30;
    private const int Persons = 4;

    private static readonly DateTimeOffset Start = new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);

    [Fact]
    public void A_hundred_thousand_sequences_of_all_inputs_break_nothing()
    {
        int seed = new SeededBytes().Seed;
        for (int i = 0; i < Sequences; i++)
        {
            var script = new Script(unchecked(seed + i));
            try
            {
                script.Run();
            }
            catch (Exception exception)
            {
                Assert.Fail($"PEERNET_FUZZ_SEED={seed}, sequence {i}: {string.Join(", ", script.Done)}\n{exception}");
            }
        }
    }

    private sealed class Script(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly CollaborationMachine _machine = new(new SeededRandom(seed));
        private readonly HashSet<int> _open = [];
        private readonly List<int> _calls = [];
        private TimeSpan _elapsed;
        private TimeSpan _clock;
        private int _links;
        private int _requests;

        public List<string> Done { get; } = [];

        private Moment Now => new(_elapsed, Start + _elapsed + _clock);

        public void Run()
        {
            for (int step = 0; step < Steps; step++)
            {
                int kind = _random.Next(24);
                Done.Add($"{kind}");
                Do(kind);
                Settle();
            }
        }

        private void Do(int kind)
        {
            int person = _random.Next(Persons);
            var authority = LoneMachine.NameOf(person).Authority;
            var key = new EndpointKey(authority, LoneMachine.IdOf(_random.Next(Persons)));
            switch (kind)
            {
                case 0 or 1:
                    _machine.SignIn(Now, new(LoneMachine.NameOf(0), LoneMachine.KeyOf(0), LoneMachine.IdOf(0), 4000), Scope());
                    break;
                case 2 when _random.Next(3) == 0:
                    _machine.SignOut(Now, Scope());
                    break;
                case 3:
                    _machine.SetPresence(Now, (PeerPresenceStatus)_random.Next(8), $"{_random.Next(2)}", "desk", "Ada");
                    break;
                case 4:
                    _machine.Show(Now, new PublishedItem.SharedObject(LoneMachine.IdOf(_random.Next(3)), [1]), Scope());
                    break;
                case 5:
                    _machine.Hide(Now, new ItemKey(ItemKind.Object, LoneMachine.IdOf(_random.Next(3))));
                    break;
                case 6:
                    _machine.SetContact(Now, new()
                    {
                        Name = LoneMachine.NameOf(person),
                        Key = LoneMachine.KeyOf(person),
                        IsWatched = _random.Next(2) == 0,
                        IsBlocked = _random.Next(4) == 0,
                        Addresses = _random.Next(2) == 0 ? [] : [new(IPAddress.Parse("10.0.0.1"), 1 + person)],
                    });
                    break;
                case 7:
                    _machine.RemoveContact(Now, authority);
                    break;
                case 8 or 9 or 10:
                    Connect(person);
                    break;
                case 11:
                    _machine.Lost(Now, Link());
                    _open.Remove(_links);
                    break;
                case 12:
                    _machine.CallFailed(Now, _calls.Count == 0 ? 1 : _calls[_random.Next(_calls.Count)], _random.Next(2) == 0);
                    break;
                case 13:
                    _machine.Found(Now, authority, [new(IPAddress.Parse("10.0.0.9"), 1 + person)]);
                    break;
                case 14:
                    _machine.Announced(Now, new(
                        LoneMachine.NameOf(person), key.Id, "x", "y", [new(IPAddress.Loopback, 9)], TimeSpan.FromSeconds(5), AddressBlock.Of(IPAddress.Loopback)));
                    break;
                case 15:
                    _machine.People.Asked(Now);
                    _machine.People.Withdrawn(Now, key, AddressBlock.Of(IPAddress.Loopback));
                    break;
                case 16:
                    _machine.NetworkChanged(Now);
                    break;
                case 17:
                    _machine.Refresh(Now, ++_requests, key, LoneMachine.NameOf(person));
                    break;
                case 18:
                    _machine.Subscribe(Now, key, LoneMachine.NameOf(person), _random.Next(2) == 0);
                    break;
                case 19:
                    _machine.Forget(Now, key);
                    _machine.Abandon(Now, _random.Next(5));
                    break;
                case 20:
                    Invite(person);
                    break;
                case 21:
                    _elapsed += TimeSpan.FromSeconds(Math.Pow(10, _random.NextDouble() * 4) / 10);
                    _clock += TimeSpan.FromSeconds(_random.Next(10) == 0 ? _random.Next(-100, 100) : 0);
                    _machine.Advance(Now);
                    break;
                default:
                    for (int i = 0; i < 3; i++)
                    {
                        _machine.Received(Now, Link(), Message().Encode().AsSpan(CollaborationMessage.PrefixLength));
                    }

                    break;
            }
        }

        private void Connect(int person)
        {
            int? call = _calls.Count > 0 && _random.Next(2) == 0 ? _calls[_random.Next(_calls.Count)] : null;
            int id = ++_links;
            _open.Add(id);
            _machine.Connected(Now, new()
            {
                Id = id,
                Call = call,
                Name = LoneMachine.NameOf(person),
                Key = LoneMachine.KeyOf(person),
                Remote = new(IPAddress.Parse("10.0.0.1"), 5),
                Source = AddressBlock.Of(IPAddress.Parse("10.0.0.1")),
                IsOnLink = _random.Next(2) == 0,
            });
            byte[] nonce = new byte[Greeting.NonceLength];
            if (_random.Next(5) > 0)
            {
                byte[] proof = call is null ? Greeting.Commit(nonce, LoneMachine.KeyOf(person)) : nonce;
                Say(id, new CollaborationMessage.Hello(1, LoneMachine.IdOf(_random.Next(Persons)), 5, proof));
                if (call is null)
                {
                    Say(id, new CollaborationMessage.Reveal(nonce));
                }
            }
        }

        private void Say(int link, CollaborationMessage message) =>
            _machine.Received(Now, link, message.Encode().AsSpan(CollaborationMessage.PrefixLength));

        private void Invite(int person)
        {
            Guid id = LoneMachine.IdOf(_random.Next(6));
            if (_machine.Inviting.Find(id) is null)
            {
                _machine.Invite(Now, new()
                {
                    Id = id,
                    Direction = PeerInvitationDirection.Sent,
                    State = PeerInvitationState.Pending,
                    Kind = PeerInvitationKind.Application,
                    Contact = LoneMachine.NameOf(person).Value,
                    ApplicationId = id,
                }, TimeSpan.FromSeconds(1 + _random.Next(100)));
            }
            else if (_random.Next(2) == 0)
            {
                _machine.Inviting.Respond(Now, id, InvitationAnswer.Accept);
            }
            else
            {
                _machine.Inviting.Cancel(Now, id);
            }
        }

        private CollaborationMessage Message()
        {
            Guid id = LoneMachine.IdOf(_random.Next(6));
            return _random.Next(12) switch
            {
                0 => new CollaborationMessage.Query((uint)_random.Next(5)),
                1 => new CollaborationMessage.Subscribe((uint)_random.Next(5), 1 + (uint)_random.Next(300)),
                2 => new CollaborationMessage.Unsubscribe(),
                3 => new CollaborationMessage.Publish(new PublishedItem.Presence(PeerPresenceStatus.Busy, 1, "", "", "")),
                4 => new CollaborationMessage.Publish(new PublishedItem.SharedObject(id, new byte[_random.Next(100)])),
                5 => new CollaborationMessage.Publish(new PublishedItem.Gone(new ItemKey(ItemKind.Object, id))),
                6 => new CollaborationMessage.Complete((uint)_random.Next(5)),
                7 => new CollaborationMessage.Invite(id, 1 + (uint)_random.Next(100), "", id, []),
                8 => new CollaborationMessage.Respond(id, InvitationAnswer.Accept),
                9 => new CollaborationMessage.Confirm(id, InvitationAnswer.Accept),
                10 => new CollaborationMessage.Cancel(id, CancelReason.Expired),
                _ => new CollaborationMessage.Ping(1),
            };
        }

        private int Link() => 1 + _random.Next(Math.Max(1, _links));

        private PeerCollaborationScope Scope() => (PeerCollaborationScope)(1 + _random.Next(3));

        private void Settle()
        {
            int effects = 0;
            while (_machine.TakeEffects() is { Count: > 0 } taken)
            {
                effects += taken.Count;
                foreach (CollaborationEffect effect in taken)
                {
                    switch (effect)
                    {
                        case CollaborationEffect.Dial dial:
                            _calls.Add(dial.Call);
                            break;
                        case CollaborationEffect.Send send when _random.Next(3) > 0:
                            _machine.Drained(Now, send.Link);
                            break;
                        case CollaborationEffect.Close close:
                            Assert.True(_open.Remove(close.Link) || close.Link <= _links, "A link is closed that never was.");
                            break;
                    }
                }
            }

            Assert.InRange(effects, 0, 400);
            Assert.True(_machine.Own is not null || _machine.Links.Count == 0, "A link lives after the sign-out.");
            Assert.Equal(_machine.Watching.All.Sum(endpoint => endpoint.Items.Values.Sum(item => item.Length)), _machine.Watching.Bytes);
            Assert.All(_machine.Watching.All, endpoint => Assert.True(endpoint.Link is null or { IsUp: true }));
            Assert.All(_machine.Watching.All.Where(endpoint => endpoint.Link is not null), endpoint => Assert.Contains(endpoint.Link!, _machine.Links));
            Assert.True(_machine.Links.Count == 0 || _machine.NextDue < TimeSpan.MaxValue, "A link that no timer looks after.");
            bool waits = _machine.Inviting.All.Any(one => one.State == PeerInvitationState.Pending);
            Assert.True(!waits || _machine.NextDue - _elapsed <= TimeSpan.FromSeconds(101), "An invitation that does not expire.");
            foreach (IGrouping<EndpointKey, Link> pair in _machine.Links.Where(link => link.IsUp).GroupBy(link => link.Endpoint))
            {
                Assert.InRange(pair.Count(link => link.IsCaller), 0, 1);
                Assert.True(!pair.Any(link => link.IsCaller) || pair.Count() == 1, "Two links with different callers.");
            }
        }
    }
}
