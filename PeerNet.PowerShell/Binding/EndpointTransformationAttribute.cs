using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Pnrp;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes endpoints as <c>1.2.3.4:80</c>, <c>[::1]:80</c> or <c>host.example:80</c>, or as objects. The port is never
/// left out, and a host is looked up when the endpoint is used.</summary>
internal sealed class EndpointTransformationAttribute : ArgumentTransformationAttribute
{
    private const int DotsOfIPv4 = 3;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            null => null,
            string text => Parse(text),
            IPEndPoint or DnsEndPoint => value,
            IEnumerable many => many.Cast<object>().Select(one => Transform(engineIntrinsics, one)).ToArray(),
            _ => Convert(value),
        };
    }

    /// <summary>Reads an endpoint as a URI would have it.</summary>
    internal static bool TryParse(string text, [NotNullWhen(true)] out EndPoint? endpoint)
    {
        endpoint = null;
        int colon = text.LastIndexOf(':');
        if (colon < 1
            || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            || port == 0)
        {
            return false;
        }

        string host = text[..colon];
        bool isBracketed = host[0] == '[' && host[^1] == ']';
        if (IPAddress.TryParse(isBracketed ? host[1..^1] : host, out IPAddress? address) && IsWhole(address, host, isBracketed))
        {
            endpoint = new IPEndPoint(address, port);
        }
        else if (HostNames.IsName(host))
        {
            endpoint = new DnsEndPoint(host, port);
        }

        return endpoint is not null;
    }

    // .NET reads 1.2 as 1.0.0.2.
    private static bool IsWhole(IPAddress address, string host, bool isBracketed) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? isBracketed : !isBracketed && host.Count(c => c == '.') == DotsOfIPv4;

    private static EndPoint Parse(string text) => TryParse(text, out EndPoint? endpoint)
        ? endpoint
        : throw BadArgument.Unusable(
            $"'{text}' is not an endpoint such as 192.0.2.1:80, [2001:db8::1]:80 or host.example:80, with a port from 1 to 65535.");

    private static IPEndPoint Convert(object value) => value is PeerAppEndpoint application
        ? application.ToIPEndPoint()
        : throw BadArgument.Unusable(
            $"An endpoint is needed here, as text or as an IPEndPoint; this is a {value.GetType().Name}.");
}
