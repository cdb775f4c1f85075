namespace PeerNet.Engine.Distribution.Settings;

/// <summary>Whether the machine runs on its battery, as far as the system says.</summary>
/// <param name="folder">Where Linux shows its power supplies; null for whatever this system has.</param>
internal sealed class Battery(string? folder = null)
{
    private const string LinuxFolder = "/sys/class/power_supply";

    /// <summary>Whether it does; null where that is not known, which counts as mains.</summary>
    public bool? IsInUse =>
        folder is not null ? ReadLinux(folder)
        : OperatingSystem.IsWindows() ? WindowsPower.IsOnBattery
        : OperatingSystem.IsMacOS() ? MacPower.IsOnBattery
        : ReadLinux(LinuxFolder);

    private static bool? ReadLinux(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? ReadSupplies(folder) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A supply that cannot be read, or was unplugged in between: not known.
            return null;
        }
    }

    // On battery is a machine that has a discharging battery and no mains supply that is online.
    private static bool? ReadSupplies(string folder)
    {
        bool isDischarging = false;
        bool isKnown = false;
        foreach (string supply in Directory.EnumerateDirectories(folder))
        {
            string type = Read(supply, "type");
            if (type == "Battery" && Read(supply, "scope") != "Device")
            {
                isKnown = true;
                isDischarging |= Read(supply, "status") == "Discharging";
            }
            else if (type == "Mains" && Read(supply, "online") == "1")
            {
                return false;
            }
        }

        return isKnown ? isDischarging : null;
    }

    private static string Read(string supply, string attribute)
    {
        string path = Path.Combine(supply, attribute);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : "";
    }
}
