using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PeerNet.Engine.Storage;

/// <summary>What .NET does not say of a file: its number, and when anything of it last changed.</summary>
/// <param name="Changed">UTC ticks; 0 where the system does not say.</param>
/// <param name="Id">The file's number on its volume, and the volume's; empty where the system does not say.</param>
internal readonly record struct FileIdentity(long Changed, string Id)
{
    private const int FileBasicInfo = 0;
    private const int FileIdInfo = 18;
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH: the open file itself
    private const uint BasicStats = 0x7FF; // STATX_BASIC_STATS
    private const int KindMask = 0xF000; // S_IFMT
    private const int RegularKind = 0x8000; // S_IFREG
    private const int DiskType = 1; // FILE_TYPE_DISK

    private static readonly byte[] NoPath = [0];

    /// <summary>Asks the system.</summary>
    public static FileIdentity Read(SafeFileHandle handle)
    {
        if (OperatingSystem.IsWindows())
        {
            return ReadWindows(handle);
        }

        return OperatingSystem.IsLinux() ? ReadLinux(handle) : new FileIdentity(0, "");
    }

    /// <summary>Whether it is a regular file, and neither a folder, a pipe, a socket nor a device.</summary>
    public static bool IsRegular(SafeFileHandle handle)
    {
        if (OperatingSystem.IsWindows())
        {
            return GetFileType(handle) == DiskType;
        }

        return (OperatingSystem.IsLinux() ? ReadModeOnLinux(handle) : ReadModeOnMacOS(handle)) is { } mode
            ? (mode & KindMask) == RegularKind
            : IsSeekable(handle);
    }

    private static int? ReadModeOnLinux(SafeFileHandle handle)
    {
        try
        {
            return Statx(handle, NoPath, EmptyPath, BasicStats, out StatxBuffer stat) == 0 ? stat.Mode : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    // Where the system does not tell the kind: what waits for a writer has no places to read from.
    private static bool IsSeekable(SafeFileHandle handle)
    {
        try
        {
            RandomAccess.GetLength(handle);
            return true;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }

    private static int? ReadModeOnMacOS(SafeFileHandle handle)
    {
        bool isIntel = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        int result = isIntel ? FstatOnIntel(handle, out MacStat stat) : Fstat(handle, out stat);
        return result == 0 ? stat.Mode : null;
    }

    private static FileIdentity ReadLinux(SafeFileHandle handle)
    {
        try
        {
            if (Statx(handle, NoPath, EmptyPath, BasicStats, out StatxBuffer stat) != 0)
            {
                return new FileIdentity(0, "");
            }

            long changed = DateTime.UnixEpoch.Ticks + (stat.ChangedSeconds * TimeSpan.TicksPerSecond)
                + (stat.ChangedNanoseconds / TimeSpan.NanosecondsPerTick);
            return new FileIdentity(
                changed,
                string.Create(CultureInfo.InvariantCulture, $"{stat.DeviceMajor}:{stat.DeviceMinor}:{stat.Inode}"));
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2018: length and time must do.
            return new FileIdentity(0, "");
        }
    }

    private static FileIdentity ReadWindows(SafeFileHandle handle)
    {
        bool hasTimes = GetFileBasicInfo(handle, FileBasicInfo, out BasicInfo times, Marshal.SizeOf<BasicInfo>());
        bool hasId = GetFileIdInfo(handle, FileIdInfo, out IdInfo id, Marshal.SizeOf<IdInfo>());
        return new FileIdentity(
            hasTimes ? DateTime.FromFileTimeUtc(times.ChangeTime).Ticks : 0,
            hasId
                ? string.Create(CultureInfo.InvariantCulture, $"{id.Volume:x}:{id.High:x16}{id.Low:x16}")
                : "");
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(SafeFileHandle file, byte[] path, int flags, uint mask, out StatxBuffer buffer);

    [DllImport("libc", EntryPoint = "fstat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fstat(SafeFileHandle file, out MacStat buffer);

    // The name without the suffix is that of an older structure there.
    [DllImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FstatOnIntel(SafeFileHandle file, out MacStat buffer);

    [DllImport("kernel32", EntryPoint = "GetFileType", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int GetFileType(SafeFileHandle file);

    [DllImport("kernel32", EntryPoint = "GetFileInformationByHandleEx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetFileBasicInfo(SafeFileHandle file, int kind, out BasicInfo info, int size);

    [DllImport("kernel32", EntryPoint = "GetFileInformationByHandleEx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetFileIdInfo(SafeFileHandle file, int kind, out IdInfo info, int size);

    // struct statx of linux/stat.h, the same on every processor.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct StatxBuffer
    {
        [FieldOffset(28)]
        public readonly ushort Mode;

        [FieldOffset(32)]
        public readonly ulong Inode;

        [FieldOffset(96)]
        public readonly long ChangedSeconds;

        [FieldOffset(104)]
        public readonly uint ChangedNanoseconds;

        [FieldOffset(136)]
        public readonly uint DeviceMajor;

        [FieldOffset(140)]
        public readonly uint DeviceMinor;
    }

    // struct stat of macOS, with 64 bits for inodes.
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private readonly struct MacStat
    {
        [FieldOffset(4)]
        public readonly ushort Mode;
    }

    // FILE_BASIC_INFO
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct BasicInfo
    {
        public readonly long CreationTime;
        public readonly long LastAccessTime;
        public readonly long LastWriteTime;
        public readonly long ChangeTime;
        public readonly uint Attributes;
    }

    // FILE_ID_INFO
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct IdInfo
    {
        public readonly ulong Volume;
        public readonly ulong Low;
        public readonly ulong High;
    }
}
