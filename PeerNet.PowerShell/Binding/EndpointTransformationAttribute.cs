using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using PeerNet.Engine.Pnrp;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes endpoints as <c>1.2.3.4:80</c> or <c>[::1]:80</c>, or as objects. The port is never left out.</summary>
internal sealed class EndpointTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            null => null,
            string text => Parse(text),
            IPEndPoint endpoint => endpoint,
            IEnumerable many => many.Cast<object>().Select(one => Transform(engineIntrinsics, one)).ToArray(),
            _ => Convert(value),
        };
    }

    /// <summary>Reads an endpoint as a URI would have it.</summary>
    internal static bool TryParse(string text, out IPEndPoint? endpoint)
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
        if (!IPAddress.TryParse(isBracketed ? host[1..^1] : host, out IPAddress? address)
            || isBracketed != host.Contains(':', StringComparison.Ordinal))
        {
            return false;
        }

        endpoint = new IPEndPoint(address, port);
        return true;
    }

    private static IPEndPoint Parse(string text) => TryParse(text, out IPEndPoint? endpoint)
        ? endpoint!
        : throw BadArgument.Unusable(
            $"'{text}' is not an endpoint such as 192.0.2.1:80 or [2001:db8::1]:80, with a port from 1 to 65535.");

    private static IPEndPoint Convert(object value) => value is PeerAppEndpoint application
        ? application.ToIPEndPoint()
        : throw BadArgument.Unusable(
            $"An endpoint is needed here, as text or as an IPEndPoint; this is a {value.GetType().Name}.");
}
