using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp;

/// <summary>
/// Where a cloud's nodes meet by SSDP: a pure function of the cloud. They also speak on the loopback interface, so that two
/// processes of one machine meet in every cloud whether or not a link lets multicast through.
/// </summary>
internal static class SsdpPlan
{
    private static readonly IPEndPoint IPv4Group = new(new IPAddress([239, 255, 255, 250]), Ssdp.Port);
    private static readonly IPEndPoint LinkGroup = new(IPAddress.Parse("ff02::c"), Ssdp.Port);
    private static readonly IPEndPoint SiteGroup = new(IPAddress.Parse("ff05::c"), Ssdp.Port);

    /// <summary>The places, each with the cloud's address there.</summary>
    public static IReadOnlyList<MulticastPlace> From(CloudDescription cloud) =>
    [
        .. from adapter in cloud.Interfaces
           where !adapter.IsLoopback
           from family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6]
           let own = adapter.Addresses.FirstOrDefault(
               local => local.Address.AddressFamily == family && cloud.Addresses.Contains(local.Address))
           where own is not null
           select new MulticastPlace
           {
               Group = GroupOf(cloud.Scope, family),
               Adapter = adapter,
               Sender = SenderOf(adapter, own),
               Published = [own.Address],
           },
        .. PlanLoopback(cloud),
    ];

    // The loopback interface of most systems lets no IPv6 multicast through: over IPv4, processes tell each other addresses
    // of both families, one of each, since some of them may listen at one family alone.
    private static IEnumerable<MulticastPlace> PlanLoopback(CloudDescription cloud)
    {
        if (cloud.Addresses.Count > 0 && cloud.Loopback is { Addresses: [var any, ..] } loopback)
        {
            LocalAddress sender = loopback.Addresses.FirstOrDefault(IsIPv4) ?? any;
            yield return new()
            {
                Group = IsIPv4(sender) ? IPv4Group : LinkGroup,
                Adapter = loopback,
                Sender = sender,
                Published = [.. cloud.Addresses.DistinctBy(address => address.AddressFamily)],
            };
        }
    }

    private static bool IsIPv4(LocalAddress local) => local.Address.AddressFamily == AddressFamily.InterNetwork;

    private static IPEndPoint GroupOf(PeerCloudScope scope, AddressFamily family) =>
        family == AddressFamily.InterNetwork ? IPv4Group
        : scope == PeerCloudScope.SiteLocal ? SiteGroup
        : LinkGroup;

    // What goes to an IPv6 group of the link comes from a link-local address, if there is one.
    private static LocalAddress SenderOf(LocalInterface adapter, LocalAddress own) =>
        own.Address.AddressFamily == AddressFamily.InterNetwork
            ? own
            : adapter.Addresses.FirstOrDefault(local => local.Address.IsIPv6LinkLocal) ?? own;
}
