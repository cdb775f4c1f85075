using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>What somebody on the link says of an endpoint; nobody has proven it.</summary>
/// <param name="Name">The peer name of the person.</param>
/// <param name="Id">The endpoint.</param>
/// <param name="DisplayName">What the person wants to be called.</param>
/// <param name="EndpointName">The name of the endpoint.</param>
/// <param name="Addresses">Where it listens; on the link, best first.</param>
/// <param name="Lifetime">For how long it is to be believed.</param>
/// <param name="Source">Whose share of the places it takes.</param>
internal sealed record Announcement(
    PeerName Name,
    Guid Id,
    string DisplayName,
    string EndpointName,
    IReadOnlyList<IPEndPoint> Addresses,
    TimeSpan Lifetime,
    AddressBlock Source)
{
    /// <summary>The endpoint, among all.</summary>
    public EndpointKey Key => new(Name.Authority, Id);
}
