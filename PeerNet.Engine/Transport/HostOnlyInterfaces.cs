using System.Net.NetworkInformation;

namespace PeerNet.Engine.Transport;

/// <summary>Recognizes interfaces behind which there is only this machine: the bridges of container and virtual machine
/// hosts, and cables that lead nowhere.</summary>
internal static class HostOnlyInterfaces
{
    private const string LinuxInterfaces = "/sys/class/net";

    // Adapters of hypervisors on systems that do not tell how an adapter is wired.
    private static readonly string[] KnownNames = ["vboxnet", "vmnet"];
    private static readonly string[] KnownDescriptions = ["VirtualBox Host-Only", "VMware Virtual Ethernet Adapter for VMnet"];

    /// <summary>Whether an interface that is up is of that kind. One with a way to other networks never is.</summary>
    public static bool Contains(NetworkInterface adapter, IPInterfaceProperties properties) =>
        properties.GatewayAddresses.Count == 0 && (IsWiredInward(adapter.Name) || IsKnown(adapter));

    /// <summary>Whether the system says so: there is no carrier, or a bridge has no port that leads outside.</summary>
    /// <param name="name">The interface.</param>
    /// <param name="root">The folder in which Linux describes interfaces.</param>
    public static bool IsWiredInward(string name, string root = LinuxInterfaces)
    {
        string folder = Path.Combine(root, name);
        if (!Directory.Exists(folder))
        {
            return false;
        }

        return !HasCarrier(folder) || (Directory.Exists(Path.Combine(folder, "bridge")) && !LeadsOutside(folder));
    }

    private static bool HasCarrier(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "carrier")).Trim() != "0";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It cannot be read of an interface that has just been shut; that one is not used anyway.
            return true;
        }
    }

    // What stands for hardware has a device; what is built on something has that below itself. The ends of pairs and taps,
    // which lead to guests, have neither.
    private static bool LeadsOutside(string folder)
    {
        try
        {
            return Directory.Exists(Path.Combine(folder, "device"))
                || Directory.EnumerateFileSystemEntries(folder, "lower_*").Any(LeadsOutside);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The interface has gone meanwhile.
            return false;
        }
    }

    private static bool IsKnown(NetworkInterface adapter) =>
        KnownNames.Any(name => adapter.Name.StartsWith(name, StringComparison.Ordinal))
        || KnownDescriptions.Any(text => adapter.Description.StartsWith(text, StringComparison.OrdinalIgnoreCase));
}
