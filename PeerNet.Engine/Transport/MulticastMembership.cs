namespace PeerNet.Engine.Transport;

/// <summary>
/// Keeps a node in the groups of discovery on the links of its machine. Its user calls <see cref="Set"/> again after every
/// change of the interfaces, and never twice at a time; who is where may be asked from any thread.
/// </summary>
/// <param name="network">Joins the groups.</param>
/// <param name="plan">The places where it is wanted, as the interfaces are now.</param>
/// <param name="sink">Takes the messages.</param>
internal sealed class MulticastMembership(
    IMulticastNetwork network, Func<IReadOnlyList<MulticastPlace>> plan, IMulticastSink sink) : IAsyncDisposable
{
    private readonly List<Task> _leaving = [];
    private volatile Member[] _members = [];
    private bool _isDisposed;

    /// <param name="network">Joins the groups.</param>
    /// <param name="interfaces">The interfaces of this machine.</param>
    /// <param name="choice">The addresses to use.</param>
    /// <param name="port">The port of the groups.</param>
    /// <param name="sink">Takes the messages.</param>
    public MulticastMembership(
        IMulticastNetwork network, INetworkInterfaces interfaces, AddressChoice choice, int port, IMulticastSink sink)
        : this(network, () => MulticastPlan.From(interfaces.Read(), choice, port), sink)
    {
    }

    /// <summary>The places in use.</summary>
    public IReadOnlyList<MulticastPlace> Places => [.. _members.Select(member => member.Place)];

    /// <summary>The place of a link; null for one that is no longer in use.</summary>
    public MulticastPlace? Find(IMulticastLink link) => Array.Find(_members, member => member.Link == link)?.Place;

    /// <summary>The link of a place; null for one that is not in use.</summary>
    public IMulticastLink? Find(MulticastPlace place) => Array.Find(_members, member => member.Place == place)?.Link;

    /// <summary>Uses the places that there are now, and no others.</summary>
    /// <param name="isOpen">Whether any are wanted.</param>
    /// <param name="hears">Whether the groups are to be heard, and not only what is answered.</param>
    /// <returns>The attempts to use a place, with those that have failed before.</returns>
    public IReadOnlyList<MulticastAttempt> Set(bool isOpen, bool hears)
    {
        MulticastPlace[] wanted = isOpen && !_isDisposed ? [.. plan()] : [];
        Leave(member => member.Hears != hears || !wanted.Contains(member.Place));
        var attempts = new List<MulticastAttempt>();
        foreach (MulticastPlace place in wanted.Where(place => Find(place) is null))
        {
            attempts.Add(new(place, Join(place, hears)));
        }

        return attempts;
    }

    /// <summary>Leaves all places, at once and for good; ends when nothing more is heard. Called as <see cref="Set"/>
    /// is.</summary>
    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        Leave(_ => true);
        await Task.WhenAll(_leaving).ConfigureAwait(false);
    }

    private void Leave(Predicate<Member> isLeft)
    {
        _leaving.RemoveAll(task => task.IsCompleted);
        Member[] left = Array.FindAll(_members, isLeft);
        _members = [.. _members.Except(left)];
        foreach (Member member in left)
        {
            _leaving.Add(member.Link.DisposeAsync().AsTask());
        }
    }

    private MulticastOutcome Join(MulticastPlace place, bool hears)
    {
        IMulticastLink? joined = hears ? network.TryJoin(place.Group, place.Adapter, place.Sender, sink) : null;
        if ((joined ?? network.TryOpen(place.Group, place.Adapter, place.Sender, sink)) is not { } link)
        {
            return MulticastOutcome.Refused;
        }

        _members = [.. _members, new(place, hears, link)];
        return hears && joined is null ? MulticastOutcome.Unheard : MulticastOutcome.Joined;
    }

    // What it was opened for, not what came of it: a place that cannot be heard is not tried again and again.
    private sealed record Member(MulticastPlace Place, bool Hears, IMulticastLink Link);
}
