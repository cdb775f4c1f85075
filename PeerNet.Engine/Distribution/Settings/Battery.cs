namespace PeerNet.Engine.Distribution.Settings;

/// <summary>Whether the machine runs on its battery, as far as the system says.</summary>
/// <param name="folder">Where Linux shows its power supplies.</param>
internal sealed class Battery(string folder = "/sys/class/power_supply")
{
    /// <summary>Whether it does; null where that is not known, which counts as mains.</summary>
    public bool? IsInUse
    {
        get
        {
            try
            {
                return Directory.Exists(folder) ? ReadSupplies() : null;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A supply that cannot be read, or was unplugged in between: not known.
                return null;
            }
        }
    }

    // On battery is a machine that has a discharging battery and no mains supply that is online.
    private bool? ReadSupplies()
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
