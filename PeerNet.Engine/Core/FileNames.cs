using System.Buffers;

namespace PeerNet.Engine.Core;

/// <summary>Names that a file or folder can have on every system.</summary>
public static class FileNames
{
    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
    private static readonly SearchValues<char> PortDigits = SearchValues.Create("0123456789\u00b9\u00b2\u00b3");

    /// <summary>
    /// Whether Windows takes a name for something else: for a device, whatever its extension, or for the same name without
    /// the dots and spaces at its end.
    /// </summary>
    public static bool IsMisread(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ReadOnlySpan<char> stem = name.AsSpan();
        int dot = stem.IndexOf('.');
        stem = (dot < 0 ? stem : stem[..dot]).TrimEnd(' ');
        return name.EndsWith('.') || name.EndsWith(' ') || IsDevice(stem);
    }

    private static bool IsDevice(ReadOnlySpan<char> stem)
    {
        foreach (string device in Devices)
        {
            if (stem.Equals(device, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return stem.Length == 4
            && (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase))
            && PortDigits.Contains(stem[3]);
    }
}
