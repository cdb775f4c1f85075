using System.Net;
using System.Net.Sockets;

namespace PeerNet.Engine.Transport;

/// <summary>A unicast address of this machine.</summary>
/// <param name="Address">The address, with its zone where it has one.</param>
/// <param name="PrefixLength">How many bits the addresses of the same link share.</param>
internal sealed record LocalAddress(IPAddress Address, int PrefixLength)
{
    /// <summary>Whether <paramref name="other"/> is on the link of this address.</summary>
    public bool IsOnLink(IPAddress other)
    {
        if (other.AddressFamily != Address.AddressFamily)
        {
            return false;
        }

        int unused = 128 - PrefixLength - (Address.AddressFamily == AddressFamily.InterNetwork ? 96 : 0);
        UInt128 difference = DatagramAddress.ToNumber(Address) ^ DatagramAddress.ToNumber(other);
        return unused >= 128 || difference >> unused == UInt128.Zero;
    }

    /// <summary>Whether <paramref name="listen"/> names this address; the zone of a link-local one may be left out.</summary>
    public bool IsNamedBy(IPAddress listen) =>
        DatagramAddress.ToNumber(listen) == DatagramAddress.ToNumber(Address)
        && (listen.AddressFamily != AddressFamily.InterNetworkV6 || listen.ScopeId == 0
            || listen.ScopeId == Address.ScopeId);
}
