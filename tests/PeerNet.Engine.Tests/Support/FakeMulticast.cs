using System.Net;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Support;

/// <summary>A link in memory: every message reaches every member of the group at once, in order.</summary>
internal sealed class FakeMulticast : IMulticastNetwork
{
    private readonly Lock _lock = new();
    private readonly List<Member> _members = [];
    private int _port = 50_000;

    /// <summary>Whether joining fails, as on a machine without multicast.</summary>
    public bool IsForbidden { get; set; }

    /// <summary>Whether another program has the port for itself: a link sends, but does not hear the group.</summary>
    public bool IsJoiningForbidden { get; set; }

    /// <summary>Interfaces that let no multicast through, though joining works.</summary>
    public HashSet<string> DeafInterfaces { get; } = [];

    /// <summary>All that was said, as text.</summary>
    public List<string> Said { get; } = [];

    public IMulticastLink? TryJoin(
        IPEndPoint group, LocalInterface adapter, LocalAddress local, IMulticastSink sink) =>
        Add(group, adapter, local, sink, hearsGroup: true);

    public IMulticastLink? TryOpen(
        IPEndPoint group, LocalInterface adapter, LocalAddress local, IMulticastSink sink) =>
        Add(group, adapter, local, sink, hearsGroup: false);

    private Member? Add(
        IPEndPoint group, LocalInterface adapter, LocalAddress local, IMulticastSink sink, bool hearsGroup)
    {
        if (IsForbidden || (hearsGroup && IsJoiningForbidden))
        {
            return null;
        }

        lock (_lock)
        {
            var member = new Member(this, group, adapter, local, new(local.Address, ++_port), sink, hearsGroup);
            _members.Add(member);
            return member;
        }
    }

    /// <summary>Says something to a group, from an address that belongs to nobody here.</summary>
    public void Inject(IPEndPoint source, IPAddress group, string message)
    {
        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(message);
        foreach (Member member in Members().Where(member => member.HearsGroup && member.Group.Address.Equals(group)))
        {
            member.Sink.Receive(member, source, bytes);
        }
    }

    /// <summary>Those who are there.</summary>
    public Member[] Members()
    {
        lock (_lock)
        {
            return [.. _members];
        }
    }

    private void Note(ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            Said.Add(System.Text.Encoding.ASCII.GetString(message));
        }
    }

    internal sealed class Member(
        FakeMulticast network,
        IPEndPoint group,
        LocalInterface adapter,
        LocalAddress local,
        IPEndPoint own,
        IMulticastSink sink,
        bool hearsGroup) : IMulticastLink
    {
        public bool HearsGroup => hearsGroup;

        public string Interface => adapter.Name;

        public LocalAddress Local => local;

        public IPEndPoint Group => group;

        public IMulticastSink Sink => sink;

        public void SendToGroup(ReadOnlySpan<byte> message)
        {
            network.Note(message);
            foreach (Member other in network.Members())
            {
                if (other != this && other.Hears(this))
                {
                    other.Sink.Receive(other, own, message);
                }
            }
        }

        public void SendTo(IPEndPoint destination, ReadOnlySpan<byte> message)
        {
            network.Note(message);
            Member? other = network.Members().FirstOrDefault(member => member.Own.Equals(destination));
            other?.Sink.Receive(other, own, message);
        }

        public IPEndPoint Own => own;

        private bool Hears(Member speaker) =>
            hearsGroup
            && speaker.Group.Equals(group)
            && speaker.Interface == Interface
            && !network.DeafInterfaces.Contains(Interface);

        public ValueTask DisposeAsync()
        {
            lock (network._lock)
            {
                network._members.Remove(this);
            }

            return ValueTask.CompletedTask;
        }
    }
}
