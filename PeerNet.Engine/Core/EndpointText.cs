using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace PeerNet.Engine.Core;

/// <summary>
/// Addresses and ports as text for other machines. The zone of a link-local address is a number of this machine's own
/// interfaces, so it is never written, and one that somebody else has written is not read.
/// </summary>
internal static class EndpointText
{
    /// <summary>Writes <c>192.0.2.1:80</c> or <c>[fe80::1]:80</c>.</summary>
    public static string Write(IPEndPoint endpoint) => endpoint.AddressFamily == AddressFamily.InterNetworkV6
        ? new IPEndPoint(new IPAddress(endpoint.Address.GetAddressBytes()), endpoint.Port).ToString()
        : endpoint.ToString();

    /// <summary>Reads what <see cref="Write"/> writes, with a zone or without. Hostile input: nothing throws.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out IPEndPoint? endpoint)
    {
        int zone = text.IndexOf('%', StringComparison.Ordinal);
        int end = text.IndexOf(']', StringComparison.Ordinal);
        return IPEndPoint.TryParse(zone > 0 && end > zone ? text.Remove(zone, end - zone) : text, out endpoint);
    }
}
