using System.Net;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp;

/// <summary>Where this node is in one cloud. Owns the cloud's description as the interfaces are now. For any thread, where it is
/// not said otherwise.</summary>
/// <param name="description">The cloud.</param>
/// <param name="transport">Its sockets.</param>
internal sealed class CloudNetwork(CloudDescription description, IDatagramTransport transport)
{
    private CloudDescription _description = description;

    /// <summary>The cloud's name, scope and network as they are now.</summary>
    public CloudDescription Description => Volatile.Read(ref _description);

    /// <summary>The addresses that are bound.</summary>
    public IReadOnlyList<IPAddress> Addresses => transport.LocalAddresses;

    /// <summary>The bound addresses that others are told; there are some whenever any is bound.</summary>
    public IReadOnlyList<IPAddress> Published
    {
        get
        {
            IReadOnlyList<IPAddress> bound = Addresses;
            IPAddress[] published = [.. Description.Published.Where(bound.Contains)];
            return published.Length > 0 ? published : bound;
        }
    }

    /// <summary>The port that is bound.</summary>
    public int Port => transport.Port;

    /// <summary>The interfaces have changed. For the loop alone.</summary>
    /// <returns>Whether the cloud's have.</returns>
    public bool Set(CloudDescription description)
    {
        IReadOnlyList<IPAddress> before = Addresses;
        bool isSame = description.HasSameNetwork(_description);
        Volatile.Write(ref _description, description);

        // Also where nothing has changed: a socket may have failed, or an address may be free by now.
        transport.SetLocalAddresses(description.Addresses);
        return !isSame || !before.SequenceEqual(Addresses);
    }

    /// <summary>What the machine is told of it.</summary>
    public OwnAddresses Describe()
    {
        IReadOnlyList<IPAddress> published = Published;
        IReadOnlyList<IPAddress> bound = Addresses;
        return new(
            [.. published.Select(EndpointAt)],
            [.. bound.Except(published).Select(EndpointAt)],
            [.. Description.MachineAddresses.Except(bound).Select(PnrpEndpoint.ToWire)]);
    }

    /// <summary>Whether an endpoint leads to this node.</summary>
    public bool IsOwn(PnrpEndpoint endpoint) => Addresses.Select(EndpointAt).Contains(endpoint);

    private PnrpEndpoint EndpointAt(IPAddress address) => PnrpEndpoint.From(new(address, Port));
}
