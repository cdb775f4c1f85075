using System.Net;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp;

/// <summary>A cloud that this machine can take part in, as its interfaces are now.</summary>
internal sealed record CloudDescription
{
    /// <summary>Most addresses that a node uses in a cloud (MS-PNRP 3.1.4.1).</summary>
    public const int MaximumAddresses = 4;

    public required string Name { get; init; }

    public required PeerCloudScope Scope { get; init; }

    /// <summary>The zone of a link-local cloud, else 0.</summary>
    public long ScopeId { get; init; }

    /// <summary>Whether the name means something on this machine only: it names an interface.</summary>
    public bool IsLocalName => Scope is PeerCloudScope.LinkLocal or PeerCloudScope.Loopback;

    /// <summary>The interfaces that the addresses belong to.</summary>
    public IReadOnlyList<LocalInterface> Interfaces { get; init; } = [];

    /// <summary>The loopback interface, over which the processes of this machine find each other in every cloud.</summary>
    public LocalInterface? Loopback { get; init; }

    /// <summary>The local addresses to use: the published ones, then those that only this machine's guests reach.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>The addresses that others are told, best first, at most <see cref="MaximumAddresses"/>.</summary>
    public IReadOnlyList<IPAddress> Published { get; init; } = [];

    /// <summary>All addresses that this machine has in the cloud's scope, chosen or not.</summary>
    public IReadOnlyList<IPAddress> MachineAddresses { get; init; } = [];

    /// <summary>The same cloud after its interface or its last address has gone.</summary>
    public CloudDescription WithoutNetwork() => this with { Interfaces = [], Addresses = [], Published = [], MachineAddresses = [], Loopback = null };

    /// <summary>An endpoint as people write it. The wire has no zones: what is on the link is on this cloud's link.</summary>
    public IPEndPoint EndpointOf(PnrpEndpoint endpoint)
    {
        IPEndPoint plain = endpoint.ToIPEndPoint(ScopeId);
        return plain.Address.IsIPv4MappedToIPv6 ? new(plain.Address.MapToIPv4(), plain.Port) : plain;
    }

    public bool HasSameNetwork(CloudDescription other) =>
        Addresses.SequenceEqual(other.Addresses)
        && Published.SequenceEqual(other.Published)
        && MachineAddresses.SequenceEqual(other.MachineAddresses)
        && Interfaces.Select(adapter => adapter.Index).SequenceEqual(other.Interfaces.Select(adapter => adapter.Index));
}
