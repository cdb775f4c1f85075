using System.Net;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.NameService.Protocol;

/// <summary>A registration of a name.</summary>
/// <param name="Endpoints">Where the application listens.</param>
/// <param name="Comment">What its owner remarks, or empty.</param>
/// <param name="IsVerified">Whether the name's own key has signed it.</param>
/// <param name="Expires">Until when that is good; null where it lasts.</param>
/// <param name="IsOfThisMachine">Whether it was found in a cloud that does not leave this machine.</param>
internal sealed record FoundName(
    IReadOnlyList<PeerAppEndpoint> Endpoints, string Comment, bool IsVerified, DateTimeOffset? Expires, bool IsOfThisMachine)
{
    /// <summary>Whether it has an address that other programs can use.</summary>
    public bool IsUsable => Endpoints.Any(endpoint => IsTold(endpoint.Address));

    /// <summary>Whether an address is told. One of a link means nothing without the link, of which DNS knows nothing; and whoever
    /// publishes 127.0.0.1 to others would lead their browsers to themselves.</summary>
    public bool IsTold(IPAddress address) => AddressScopes.Of(address) switch
    {
        AddressScope.None => false,
        AddressScope.Loopback => IsOfThisMachine,
        AddressScope.LinkLocal => !address.IsIPv6LinkLocal,
        _ => true,
    };
}

/// <summary>What a search for a name has come to.</summary>
/// <param name="Found">The registrations; none where nobody has the name.</param>
/// <param name="Failure">Why nobody could be asked; null where somebody was.</param>
internal sealed record SearchOutcome(IReadOnlyList<FoundName> Found, string? Failure = null);
