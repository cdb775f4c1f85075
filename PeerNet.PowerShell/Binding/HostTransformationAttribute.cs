using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Identity;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes hosts as addresses, written in full, or by name. Leaves peer names and other objects to other parameters.</summary>
internal sealed class HostTransformationAttribute : ArgumentTransformationAttribute
{
    private const int DotsOfIPv4 = 3;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            null => null,
            IPAddress address => address.ToString(),
            string text => Check(text),
            IEnumerable many => many.Cast<object>().Select(one => Transform(engineIntrinsics, one)).ToArray(),
            IConvertible number => Check(LanguagePrimitives.ConvertTo<string>(number)),
            _ => throw NotForThisParameter.Of(value),
        };
    }

    private static string Check(string text)
    {
        bool isAddress = IPAddress.TryParse(text, out IPAddress? address)
            && (address.AddressFamily == AddressFamily.InterNetworkV6 || text.Count(c => c == '.') == DotsOfIPv4);
        return isAddress || (HostNames.IsName(text) && !PeerName.TryParse(text, out _)) ? text : throw NotForThisParameter.Create(
            $"'{text}' is neither a host's name nor an address such as 192.0.2.1, 2001:db8::1 or fe80::1%2.");
    }
}
