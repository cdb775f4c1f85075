using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Pnrp;

/// <summary>Finds the addresses of seeds. For any thread.</summary>
/// <param name="context">What all clouds have in common.</param>
/// <param name="network">Where this node is.</param>
/// <param name="stopped">Gives up.</param>
internal sealed class SeedLookup(CloudContext context, CloudNetwork network, CancellationToken stopped)
{
    private static readonly TimeSpan LookupTime = TimeSpan.FromSeconds(5);

    /// <summary>The addresses of a seed that this cloud can reach.</summary>
    public async Task<IReadOnlyList<PnrpEndpoint>> FindAsync(SeedAddress seed)
    {
        try
        {
            IPAddress[] addresses = IPAddress.TryParse(seed.Host, out IPAddress? literal)
                ? [literal]
                : await Dns.GetHostAddressesAsync(seed.Host, stopped)
                    .WaitAsync(LookupTime, context.Time, stopped).ConfigureAwait(false);
            AddressFamily[] families = [.. network.Addresses.Select(address => address.AddressFamily)];
            return
            [
                .. from address in addresses
                   where families.Contains(address.AddressFamily)
                   select PnrpEndpoint.From(new(address, seed.Port)),
            ];
        }
        catch (Exception exception) when (
            exception is SocketException or TimeoutException or OperationCanceledException or ArgumentException)
        {
            PnrpLog.SeedUnknown(context.Logger, network.Description.Name, seed.ToString(), exception.Message);
            return [];
        }
    }

    /// <summary>Nodes of this machine that listen where seeds do.</summary>
    public IReadOnlyList<PnrpEndpoint> FindNeighbours() =>
    [
        .. from address in network.Addresses
           let neighbour = new IPEndPoint(address, SeedAddress.DefaultPort)
           where network.Port != neighbour.Port && context.Network.HasListener(neighbour)
           select PnrpEndpoint.From(neighbour),
    ];
}
