using System.Net;
using System.Net.Sockets;

namespace PeerNet.Engine.Transport;

/// <summary>Where a machine takes part in discovery on its links: a pure function of its interfaces.</summary>
internal static class MulticastPlan
{
    /// <summary>Most places that are used; what comes after is left out.</summary>
    public const int MaximumPlaces = 32;

    // The groups that WS-Discovery has, and SSDP as well.
    private static readonly IPAddress IPv4Group = new([239, 255, 255, 250]);
    private static readonly IPAddress IPv6Group = IPAddress.Parse("ff02::c");

    /// <summary>The places, IPv4 first: every peer is reachable over it that answers on it.</summary>
    /// <param name="interfaces">The interfaces that are up.</param>
    /// <param name="choice">The addresses to use.</param>
    /// <param name="port">The port of the groups.</param>
    public static IReadOnlyList<MulticastPlace> From(
        IReadOnlyList<LocalInterface> interfaces, AddressChoice choice, int port)
    {
        IEnumerable<MulticastPlace?> places =
        [
            .. interfaces.Select(adapter => PlaceOn(adapter, AddressFamily.InterNetwork)),
            .. interfaces.Where(adapter => !adapter.IsLoopback)
                .Select(adapter => PlaceOn(adapter, AddressFamily.InterNetworkV6)),
        ];
        return [.. places.OfType<MulticastPlace>().Take(MaximumPlaces)];

        MulticastPlace? PlaceOn(LocalInterface adapter, AddressFamily family)
        {
            IPAddress[] usable =
            [
                .. from local in adapter.Addresses
                   where choice.Includes(adapter, local)
                   where adapter.IsLoopback
                       ? AddressScopes.Of(local.Address) == AddressScope.Loopback
                       : local.Address.AddressFamily == family
                   orderby AddressScopes.Of(local.Address) == AddressScope.LinkLocal
                   select local.Address,
            ];
            return usable.Length > 0 && Sender(adapter, family, usable) is { } sender
                ? new()
                {
                    Group = new(family == AddressFamily.InterNetwork ? IPv4Group : IPv6Group, port),
                    Adapter = adapter,
                    Sender = sender,
                    Published = Publish(usable),
                }
                : null;
        }
    }

    // The loopback interface lets no IPv6 multicast through: over it, addresses of both families are told by IPv4. What
    // goes to an IPv6 group of the link comes from a link-local address, if there is one.
    private static LocalAddress? Sender(LocalInterface adapter, AddressFamily family, IPAddress[] usable) =>
        adapter.IsLoopback
            ? adapter.Addresses.FirstOrDefault(local => local.Address.AddressFamily == AddressFamily.InterNetwork)
            : (family == AddressFamily.InterNetworkV6
                ? adapter.Addresses.FirstOrDefault(local => local.Address.IsIPv6LinkLocal)
                : null)
            ?? adapter.Addresses.First(local => local.Address.Equals(usable[0]));

    // A link-local address is told in any case: it is on the link for everybody.
    private static IPAddress[] Publish(IPAddress[] usable) => usable.Length <= MulticastPlace.MaximumPublished
        ? usable
        : [.. usable.Take(MulticastPlace.MaximumPublished - 1), usable[^1]];
}
