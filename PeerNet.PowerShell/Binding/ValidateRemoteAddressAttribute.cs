using System.Management.Automation;
using System.Net;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts hosts, and addresses that a datagram can be sent to: a link-local one needs its zone.</summary>
internal sealed class ValidateRemoteAddressAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        if (!IPAddress.TryParse((string)element, out IPAddress? address))
        {
            return;
        }

        if (address.IsIPv6LinkLocal && address.ScopeId == 0)
        {
            throw BadArgument.Invalid(
                $"The link-local address {address} needs the zone it belongs to, such as {address}%2.");
        }

        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            throw BadArgument.Invalid($"Nothing can be sent to the unspecified address {address}.");
        }
    }
}
