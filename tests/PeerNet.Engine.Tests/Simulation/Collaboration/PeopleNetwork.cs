using System.Buffers.Binary;
using System.Net;
using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Simulation.Collaboration;

/// <summary>
/// People with machines of collaboration: streams that keep their order and hold what a cut network does not carry, calls
/// by address, announcements that are lost now and then, and names that are found.
/// </summary>
internal sealed class PeopleNetwork(ulong seed, double loss = 0) : SimulatedWorld(seed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Retransmission = TimeSpan.FromSeconds(1);

    private readonly Dictionary<IPEndPoint, SimulatedPerson> _addresses = [];
    private int _lastLink;

    public List<SimulatedPerson> People { get; } = [];

    /// <summary>Announcements, questions and farewells that were sent to the link.</summary>
    public int Datagrams { get; set; }

    /// <summary>Names that were asked for.</summary>
    public int Finds { get; private set; }

    /// <summary>Somebody who is not signed in yet.</summary>
    public SimulatedPerson Add()
    {
        var person = new SimulatedPerson(this, People.Count);
        People.Add(person);
        _addresses[person.Address] = person;
        return person;
    }

    public void Perform(SimulatedPerson person, CollaborationEffect effect)
    {
        switch (effect)
        {
            case CollaborationEffect.Send send when person.Ends.TryGetValue(send.Link, out StreamEnd? end):
                Carry(end, () => Deliver(end.Other!, send.Bytes));
                After(TimeSpan.FromMilliseconds(1), () => person.Do(end, machine => machine.Drained(person.Now, send.Link)));
                break;
            case CollaborationEffect.Close close when person.Ends.Remove(close.Link, out StreamEnd? end):
                Carry(end, () => Break(end.Other!));
                break;
            case CollaborationEffect.Dial dial:
                Dial(person, person.Life, dial, 0);
                break;
            case CollaborationEffect.Find find:
                Finds++;
                After(Delay(200, 1500), () => person.DoIf(person.Life, machine => machine.Found(
                    person.Now, find.Authority, [.. People.Where(one => one.IsAlive && one.Name.Authority == find.Authority && CanReach(person, one)).Select(one => one.Address)])));
                break;
            case CollaborationEffect.Announce said:
                Announcement announcement = new(
                    said.Own.Name, said.Own.Id, said.DisplayName, said.EndpointName, [person.Address], said.Lifetime, person.Source);
                Cast(person, other => other.Announced(Now, announcement));
                break;
            case CollaborationEffect.Ask:
                Cast(person, other => other.People.Asked(Now));
                break;
            case CollaborationEffect.Withdraw gone:
                Cast(person, other => other.People.Withdrawn(Now, gone.Own.EndpointKey, person.Source));
                break;
            case CollaborationEffect.Remember reached:
                person.Remember(reached);
                break;
            default:
                person.Told.Add(effect);
                break;
        }
    }

    /// <summary>Ends a connection for one end of it, as the other end, or the host of it, says.</summary>
    public void Break(StreamEnd end)
    {
        if (end.Person.Ends.Remove(end.Id))
        {
            end.Person.DoIf(end.Life, machine => machine.Lost(Now, end.Id));
        }
    }

    /// <summary>Has the other end hear of an end that is no more.</summary>
    public void Hang(StreamEnd end) => Carry(end, () => Break(end.Other!));

    private TimeSpan Delay(int least, int most) => TimeSpan.FromMilliseconds(least + (Random.NextDouble() * (most - least)));

    private bool IsUnlucky => loss > 0 && Random.NextDouble() < loss;

    // In order; what a cut network holds back comes when it is whole, if anybody waits for it by then.
    private void Carry(StreamEnd from, Action arrive)
    {
        TimeSpan delay = from.Delay + (IsUnlucky ? Retransmission * Random.NextDouble() : TimeSpan.Zero);
        from.Arrival = from.Arrival > Elapsed + delay ? from.Arrival : Elapsed + delay;
        from.OnWay.Enqueue(arrive);
        After(from.Arrival - Elapsed, () => Arrive(from));
    }

    private void Arrive(StreamEnd from)
    {
        if (!CanReach(from.Person, from.Other!.Person))
        {
            After(Retransmission, () => Arrive(from));
        }
        else if (from.OnWay.TryDequeue(out Action? next))
        {
            next();
        }
    }

    private void Deliver(StreamEnd to, ReadOnlyMemory<byte> bytes)
    {
        if (!to.Person.IsOn)
        {
            return;
        }

        if (to.Life != to.Person.Life || !to.Person.Ends.ContainsKey(to.Id))
        {
            // Nobody has this connection any more, and the host says so.
            Carry(to, () => Break(to.Other!));
            return;
        }

        while (bytes.Length > 0)
        {
            int length = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes.Span);
            ReadOnlyMemory<byte> message = bytes.Slice(CollaborationMessage.PrefixLength, length);
            to.Person.Do(to, machine => machine.Received(Now, to.Id, message.Span));
            bytes = bytes[(CollaborationMessage.PrefixLength + length)..];
        }
    }

    private void Dial(SimulatedPerson caller, int life, CollaborationEffect.Dial dial, int index)
    {
        if (index == dial.Addresses.Count)
        {
            caller.DoIf(life, machine => machine.CallFailed(Now, dial.Call, isSomebodyElse: false));
            return;
        }

        SimulatedPerson? called = _addresses.GetValueOrDefault(dial.Addresses[index]);
        bool isHeard = called is { IsOn: true } && CanReach(caller, called) && !IsUnlucky;
        TimeSpan trip = caller.DelayTo?.Invoke(dial.Call) ?? Delay(5, 60);
        if (!isHeard || !called!.IsAlive || called.Name.Authority != dial.Authority)
        {
            After(isHeard ? trip * 2 : Patience, () => Dial(caller, life, dial, index + 1));
            return;
        }

        int calledLife = called.Life;
        After(trip * 5, () =>
        {
            if (!caller.IsAlive || caller.Life != life || called.Life != calledLife || !called.IsAlive)
            {
                return;
            }

            var one = new StreamEnd(caller, ++_lastLink, trip);
            var other = new StreamEnd(called, ++_lastLink, trip) { Other = one };
            one.Other = other;
            caller.Enter(one, dial.Call, called);
            called.Enter(other, call: null, caller);
        });
    }

    private void Cast(SimulatedPerson from, Action<CollaborationMachine> hear)
    {
        Datagrams++;
        foreach (SimulatedPerson other in People)
        {
            if (other != from && other.IsAlive && CanReach(from, other) && !IsUnlucky)
            {
                After(Delay(1, 10), () => other.DoIf(other.Life, machine =>
                {
                    if (machine.People.Admits(Now, from.Source))
                    {
                        hear(machine);
                    }
                }));
            }
        }
    }
}
