using System.Net.NetworkInformation;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the names of this machine's network interfaces that have an address.</summary>
internal sealed class InterfaceCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) =>
        from adapter in NetworkInterface.GetAllNetworkInterfaces()
        let addresses = adapter.GetIPProperties().UnicastAddresses.Select(unicast => unicast.Address.ToString()).ToArray()
        where addresses.Length > 0
        select (adapter.Name, $"{adapter.Name} ({string.Join(", ", addresses)}, {adapter.OperationalStatus})");
}
