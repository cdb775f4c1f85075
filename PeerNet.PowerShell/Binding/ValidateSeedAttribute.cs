using System.Globalization;
using System.Management.Automation;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts seeds: <c>host</c>, <c>host:port</c> or <c>[v6]:port</c>.</summary>
internal sealed class ValidateSeedAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        if (element is not string text || !IsSeed(text))
        {
            throw new ValidationMetadataException(
                $"'{element}' is not a seed such as peer.example.org, 192.0.2.1:3540 or [2001:db8::1]:3540.");
        }
    }

    private static bool IsSeed(string text)
    {
        if (Uri.CheckHostName(text) != UriHostNameType.Unknown || EndpointTransformationAttribute.TryParse(text, out _))
        {
            return true;
        }

        int colon = text.LastIndexOf(':');
        return colon > 0
            && Uri.CheckHostName(text[..colon]) is UriHostNameType.Dns or UriHostNameType.IPv4
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            && port > 0;
    }
}
