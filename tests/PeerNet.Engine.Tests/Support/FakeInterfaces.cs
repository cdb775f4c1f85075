using System.Net;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Support;

/// <summary>A machine whose interfaces a test plugs and unplugs.</summary>
internal sealed class FakeInterfaces(params LocalInterface[] interfaces) : INetworkInterfaces
{
    private LocalInterface[] _interfaces = interfaces;

    public event Action? Changed;

    public static LocalInterface Loopback { get; } = new()
    {
        Name = "lo",
        Index = 1,
        IsLoopback = true,
        Addresses = [new(IPAddress.Loopback, 8)],
    };

    public static LocalInterface DualLoopback { get; } = Loopback with
    {
        Addresses = [new(IPAddress.Loopback, 8), new(IPAddress.IPv6Loopback, 128)],
    };

    public static LocalInterface Ethernet(int index, params string[] addresses) => new()
    {
        Name = $"eth{index}",
        Index = index,
        Addresses = [.. addresses.Select(text => Parse(text, index))],
    };

    /// <summary>A bridge for guests, as container hosts have.</summary>
    public static LocalInterface HostOnly(int index, params string[] addresses) =>
        Ethernet(index, addresses) with { Name = $"br{index}", IsHostOnly = true };

    public IReadOnlyList<LocalInterface> Read() => Volatile.Read(ref _interfaces);

    public void Set(params LocalInterface[] interfaces)
    {
        Volatile.Write(ref _interfaces, interfaces);
        Changed?.Invoke();
    }

    private static LocalAddress Parse(string text, int index)
    {
        string[] parts = text.Split('/');
        IPAddress address = IPAddress.Parse(parts[0]);
        if (address.IsIPv6LinkLocal)
        {
            address.ScopeId = index;
        }

        return new(address, int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
