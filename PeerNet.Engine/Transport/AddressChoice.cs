using System.IO.Enumeration;
using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Transport;

/// <summary>Which of this machine's addresses a node uses: all, or those that an administrator has named.</summary>
internal sealed record AddressChoice
{
    /// <summary>All addresses.</summary>
    public static AddressChoice All { get; } = new();

    /// <summary>The only addresses to use; empty for all.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>The only interfaces to use, by names in which <c>*</c> and <c>?</c> stand for others; empty for all.</summary>
    public IReadOnlyList<string> Interfaces { get; init; } = [];

    /// <summary>Whether nothing is left out.</summary>
    public bool IsAll => Addresses.Count == 0 && Interfaces.Count == 0;

    /// <summary>Whether an address of an interface is used: both have to be meant. Who names none does not mean the links that
    /// the system has for itself.</summary>
    public bool Includes(LocalInterface adapter, LocalAddress local) =>
        !(IsAll && adapter.IsSystemLink && local.Address.IsIPv6LinkLocal)
        && (Addresses.Count == 0 || Addresses.Any(local.IsNamedBy))
        && (Interfaces.Count == 0 || Interfaces.Any(name => IsNamed(adapter, name)));

    /// <summary>What a listening socket is bound to: the addresses as they are now; none for all that ever come.</summary>
    /// <exception cref="PeerException">UnableToListen: this machine has none of them.</exception>
    public IReadOnlyList<IPAddress> ToBind(IReadOnlyList<LocalInterface> interfaces)
    {
        if (Interfaces.Count == 0)
        {
            return Addresses;
        }

        IPAddress[] chosen =
            [.. interfaces.SelectMany(adapter => adapter.Addresses.Where(local => Includes(adapter, local))).Select(local => local.Address)];
        return chosen.Length > 0
            ? chosen
            : throw PeerErrors.UnableToListen.Exception(
                $"There is nothing to listen on: this machine has no address of {this}.", string.Join(", ", Interfaces));
    }

    /// <summary>The choice in words.</summary>
    public override string ToString()
    {
        string addresses = string.Join(", ", Addresses);
        string interfaces = string.Join(", ", Interfaces);
        return Interfaces.Count == 0 ? $"the addresses {addresses}"
            : Addresses.Count == 0 ? $"the interfaces {interfaces}"
            : $"the addresses {addresses} on the interfaces {interfaces}";
    }

    private static bool IsNamed(LocalInterface adapter, string name) =>
        FileSystemName.MatchesSimpleExpression(name, adapter.Name, ignoreCase: true);
}
