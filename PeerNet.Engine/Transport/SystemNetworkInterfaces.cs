using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace PeerNet.Engine.Transport;

/// <summary>The interfaces as the operating system reports them.</summary>
internal sealed class SystemNetworkInterfaces : INetworkInterfaces, IDisposable
{
    public SystemNetworkInterfaces()
    {
        NetworkChange.NetworkAddressChanged += OnAddressChanged;
        NetworkChange.NetworkAvailabilityChanged += OnAvailabilityChanged;
    }

    public event Action? Changed;

    public IReadOnlyList<LocalInterface> Read()
    {
        var interfaces = new List<LocalInterface>();
        foreach (NetworkInterface adapter in NetworkInterface.GetAllNetworkInterfaces())
        {
            bool isLoopback = adapter.NetworkInterfaceType == NetworkInterfaceType.Loopback;
            if (isLoopback || adapter.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
            {
                interfaces.Add(Describe(adapter, isLoopback));
            }
        }

        return interfaces;
    }

    public void Dispose()
    {
        NetworkChange.NetworkAddressChanged -= OnAddressChanged;
        NetworkChange.NetworkAvailabilityChanged -= OnAvailabilityChanged;
    }

    private static LocalInterface Describe(NetworkInterface adapter, bool isLoopback)
    {
        IPInterfaceProperties properties = adapter.GetIPProperties();
        LocalAddress[] addresses =
        [
            .. from unicast in properties.UnicastAddresses
               where unicast.Address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
               select new LocalAddress(unicast.Address, unicast.PrefixLength),
        ];
        return new()
        {
            Name = adapter.Name,
            Index = IndexOf(adapter, properties),
            IsLoopback = isLoopback,
            IsHostOnly = !isLoopback && HostOnlyInterfaces.Contains(adapter, properties),
            IsSystemLink = OperatingSystem.IsMacOS() && SystemLinks.Contains(adapter.Name),
            Addresses = addresses,
        };
    }

    private static int IndexOf(NetworkInterface adapter, IPInterfaceProperties properties)
    {
        try
        {
            return adapter.Supports(NetworkInterfaceComponent.IPv6)
                ? properties.GetIPv6Properties().Index
                : properties.GetIPv4Properties().Index;
        }
        catch (NetworkInformationException)
        {
            // The interface has neither protocol configured: nothing will be bound to it either.
            return 0;
        }
    }

    private void OnAddressChanged(object? sender, EventArgs e) => Changed?.Invoke();

    private void OnAvailabilityChanged(object? sender, NetworkAvailabilityEventArgs e) => Changed?.Invoke();
}
