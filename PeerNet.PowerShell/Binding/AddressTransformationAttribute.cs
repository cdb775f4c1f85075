using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes addresses as text, written in full: .NET itself would read <c>1.2</c>, a number, as 1.0.0.2.</summary>
internal sealed class AddressTransformationAttribute : ArgumentTransformationAttribute
{
    private const int DotsOfIPv4 = 3;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            null or IPAddress => value,
            string text => Parse(text),
            IEnumerable many => many.Cast<object>().Select(one => Transform(engineIntrinsics, one)).ToArray(),
            _ => Parse(LanguagePrimitives.ConvertTo<string>(value)),
        };
    }

    private static IPAddress Parse(string text) =>
        IPAddress.TryParse(text, out IPAddress? address)
        && (address.AddressFamily == AddressFamily.InterNetworkV6 || text.Count(c => c == '.') == DotsOfIPv4)
            ? address
            : throw BadArgument.Unusable(
                $"'{text}' is not an address such as 192.0.2.1, 2001:db8::1 or fe80::1%2.");
}
