using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;

namespace PeerNet.PowerShell.Base;

/// <summary>Hosts by name or address. A name is looked up when it is used, not when it is read.</summary>
internal static class HostNames
{
    /// <summary>Whether a text can be a host's name: its last part is no number, or it would be a shortened address.</summary>
    public static bool IsName(string text) =>
        Uri.CheckHostName(text) == UriHostNameType.Dns && !text[(text.LastIndexOf('.') + 1)..].All(char.IsAsciiDigit);

    /// <summary>An endpoint as people write it.</summary>
    public static string Describe(EndPoint endpoint) => endpoint is DnsEndPoint named
        ? string.Create(CultureInfo.InvariantCulture, $"{(named.Host.Contains(':', StringComparison.Ordinal) ? $"[{named.Host}]" : named.Host)}:{named.Port}")
        : endpoint.ToString()!;

    /// <summary>An endpoint with each address of its host, in the order that the system prefers.</summary>
    /// <exception cref="PeerException">The host has no address.</exception>
    public static async Task<IReadOnlyList<IPEndPoint>> LookUpAsync(EndPoint endpoint, CancellationToken cancellationToken)
    {
        if (endpoint is not DnsEndPoint named)
        {
            return [(IPEndPoint)endpoint];
        }

        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(named.Host, cancellationToken).ConfigureAwait(false);
            return [.. addresses.Select(address => new IPEndPoint(address, named.Port))];
        }
        catch (SocketException failure)
        {
            throw PeerErrors.NotFound.Exception($"The host '{named.Host}' has no address: {failure.Message}.", named.Host, failure);
        }
    }
}
