using System.Net;
using System.Net.Sockets;

namespace PeerNet.Engine.Transport;

/// <summary>A multicast group on an interface: where those who discover each other on the link meet.</summary>
internal sealed record MulticastPlace
{
    /// <summary>Most addresses that others are told.</summary>
    public const int MaximumPublished = 4;

    /// <summary>The group, with its port.</summary>
    public required IPEndPoint Group { get; init; }

    /// <summary>The interface.</summary>
    public required LocalInterface Adapter { get; init; }

    /// <summary>The address to send from.</summary>
    public required LocalAddress Sender { get; init; }

    /// <summary>The addresses that others on the link are told, best first.</summary>
    public required IReadOnlyList<IPAddress> Published { get; init; }

    /// <summary>Whether a host with this address is on the link, as far as addresses tell.</summary>
    public bool IsOnLink(IPAddress address) => AddressScopes.Of(address) switch
    {
        AddressScope.None => false,
        AddressScope.Loopback => Adapter.IsLoopback,
        _ when Adapter.IsLoopback => false,
        AddressScope.LinkLocal when address.AddressFamily == AddressFamily.InterNetworkV6 => true,
        _ => Adapter.Addresses.Any(local => local.PrefixLength > 0 && local.IsOnLink(address) && IsHost(address, local)),
    };

    /// <summary>
    /// Chooses among the addresses that a peer names: on the link (MS-PCCRD 3.1.4.1), and its own where it names that.
    /// A stranger who names this machine would have us connect to services that trust it.
    /// </summary>
    /// <param name="named">What the peer names.</param>
    /// <param name="source">Where its message came from.</param>
    /// <returns>The address; null where none will do.</returns>
    public IPEndPoint? Choose(IReadOnlyList<IPEndPoint> named, IPAddress source)
    {
        bool isFromHere = Adapter.IsLoopback || IsOwn(source);
        IPEndPoint[] usable =
        [
            .. from endpoint in named
               let address = ToLocal(endpoint.Address)
               where IsOnLink(address) && (isFromHere || !IsOwn(address))
               select new IPEndPoint(address, endpoint.Port),
        ];
        return usable.FirstOrDefault(endpoint => IsSame(endpoint.Address, source)) ?? usable.FirstOrDefault();
    }

    public bool Equals(MulticastPlace? other) =>
        other is not null && Group.Equals(other.Group) && Adapter.Index == other.Adapter.Index
        && Sender == other.Sender && Published.SequenceEqual(other.Published)
        && Adapter.Addresses.SequenceEqual(other.Adapter.Addresses);

    public override int GetHashCode() => HashCode.Combine(Group, Adapter.Index, Sender);

    // Zones are those of this machine, whatever the peer calls its own.
    private IPAddress ToLocal(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6
            ? new IPAddress(plain.GetAddressBytes(), plain.IsIPv6LinkLocal ? Adapter.Index : 0)
            : plain;
    }

    private bool IsOwn(IPAddress address) => Adapter.Addresses.Any(local => IsSame(local.Address, address));

    private static bool IsSame(IPAddress left, IPAddress right) =>
        DatagramAddress.ToNumber(left) == DatagramAddress.ToNumber(right);

    // The first and the last address of an IPv4 subnet are those of all its hosts (RFC 1122 3.2.1.3).
    private static bool IsHost(IPAddress address, LocalAddress local)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork || local.PrefixLength > 30)
        {
            return true;
        }

        uint mask = uint.MaxValue >> local.PrefixLength;
        uint host = (uint)DatagramAddress.ToNumber(address).Lower & mask;
        return host != 0 && host != mask;
    }
}
