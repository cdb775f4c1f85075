using PeerNet.Engine.Core;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// A ROUTE_ENTRY (MS-PNRP 2.2.3.4): a PNRP ID and where the node that registered it listens. Caches hold many of them,
/// so the usual single address costs no array.
/// </summary>
internal sealed class RouteEntry
{
    /// <summary>Most addresses a route entry carries.</summary>
    public const int MaximumAddresses = 20;

    private readonly Bits128 _first;
    private readonly Bits128[]? _more;

    /// <summary>Creates an entry with 1 to <see cref="MaximumAddresses"/> addresses.</summary>
    public RouteEntry(PnrpId id, ushort port, ReadOnlySpan<Bits128> addresses)
    {
        ArgumentOutOfRangeException.ThrowIfZero(addresses.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(addresses.Length, MaximumAddresses);
        Id = id;
        Port = port;
        _first = addresses[0];
        _more = addresses.Length > 1 ? addresses[1..].ToArray() : null;
    }

    public PnrpId Id { get; }

    public ushort Port { get; }

    public int AddressCount => 1 + (_more?.Length ?? 0);

    public Bits128 this[int index] => index == 0 ? _first : _more![index - 1];

    public PnrpEndpoint GetEndpoint(int index) => new(this[index], Port);

    public bool Has(PnrpEndpoint endpoint)
    {
        if (endpoint.Port != Port)
        {
            return false;
        }

        for (int i = 0; i < AddressCount; i++)
        {
            if (this[i] == endpoint.Address)
            {
                return true;
            }
        }

        return false;
    }
}
