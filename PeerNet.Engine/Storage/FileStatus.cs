using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Storage;

/// <summary>What .NET does not say of a file: what it is, whose, under how many names, and which one.</summary>
/// <param name="IsRegular">Whether it is a regular file, and neither a link, a folder, a pipe nor a device.</param>
/// <param name="IsOwn">Whether this user owns it.</param>
/// <param name="Links">Names that it has.</param>
/// <param name="Changed">When anything of it last changed, in UTC ticks; 0 where the system does not say.</param>
/// <param name="Id">Its number on its volume, and the volume's; empty where the system does not say.</param>
internal readonly record struct FileStatus(bool IsRegular, bool IsOwn, long Links, long Changed, string Id)
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH: the open file itself
    private const uint BasicStats = 0x7FF; // STATX_BASIC_STATS
    private const int KindMask = 0xF000; // S_IFMT
    private const int RegularKind = 0x8000; // S_IFREG
    private const int FolderKind = 0x4000; // S_IFDIR
    private const int LinkKind = 0xA000; // S_IFLNK
    private const int PermissionMask = 0xFFF; // with set-user-id, set-group-id and sticky
    private const int FileBasicInfo = 0;
    private const int FileStandardInfo = 1;
    private const int FileIdInfo = 18;
    private const uint ReadAttributes = 0x80; // FILE_READ_ATTRIBUTES
    private const uint NoFollowOnWindows = 0x0020_0000; // FILE_FLAG_OPEN_REPARSE_POINT
    private const uint FoldersToo = 0x0200_0000; // FILE_FLAG_BACKUP_SEMANTICS
    private const FileAttributes Irregular = FileAttributes.ReparsePoint | FileAttributes.Directory | FileAttributes.Device;

    private static readonly byte[] NoPath = [0];

    /// <summary>Bytes.</summary>
    public long Length { get; private init; }

    /// <summary>When it was last written, in UTC ticks; 0 where the system does not say.</summary>
    public long Modified { get; private init; }

    /// <summary>Whether it is a folder; not said on Windows.</summary>
    public bool IsFolder { get; private init; }

    /// <summary>Whether it is a symbolic link; not said on Windows.</summary>
    public bool IsLink { get; private init; }

    /// <summary>Whether the system's administrator owns it; not said on Windows.</summary>
    public bool IsRoots { get; private init; }

    /// <summary>Who may do what with it; not said on Windows.</summary>
    public UnixFileMode Permissions { get; private init; }

    /// <summary>Whether it is a file that nobody but this user can have put there: regular, owned, and with one name.</summary>
    public bool IsOursAlone => IsRegular && IsOwn && Links == 1;

    /// <summary>Of an open file; null where the system does not say.</summary>
    public static FileStatus? Read(SafeFileHandle handle) =>
        OperatingSystem.IsWindows() ? ReadWindows(handle, isOwn: true)
        : OperatingSystem.IsMacOS() ? ReadMacOS(handle)
        : ReadLinux(handle);

    /// <summary>Whether it is a regular file, and neither a folder, a pipe, a socket nor a device.</summary>
    /// <param name="handle">The open file.</param>
    /// <param name="status">What else it is.</param>
    public static bool IsRegularFile(SafeFileHandle handle, out FileStatus? status)
    {
        status = Read(handle);
        return status?.IsRegular ?? IsSeekable(handle);
    }

    /// <summary>Of what has a name, which may be a link; null where there is nothing, or the system does not say.</summary>
    public static FileStatus? ReadName(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return ReadNameOnWindows(path);
        }

        byte[] name = Encoding.UTF8.GetBytes(path + '\0');
        return OperatingSystem.IsMacOS() ? ReadNameOnMacOS(name) : ReadNameOnLinux(name);
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

    private static FileStatus? ReadLinux(SafeFileHandle handle)
    {
        try
        {
            return Statx(handle, NoPath, EmptyPath, BasicStats, out LinuxStatus status) == 0 ? From(status) : null;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2018.
            return null;
        }
    }

    private static FileStatus? ReadNameOnLinux(byte[] name)
    {
        try
        {
            return StatxOfName(CurrentFolder, name, NoFollow, BasicStats, out LinuxStatus status) == 0 ? From(status) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    // Intel's Macs have an older structure under the names without a suffix.
    private static FileStatus? ReadMacOS(SafeFileHandle handle) =>
        (IsIntel ? FstatOnIntel(handle, out MacStatus status) : Fstat(handle, out status)) == 0 ? From(status) : null;

    private static FileStatus? ReadNameOnMacOS(byte[] name) =>
        (IsIntel ? LstatOnIntel(name, out MacStatus status) : Lstat(name, out status)) == 0 ? From(status) : null;

    private static bool IsIntel => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private static FileStatus From(in LinuxStatus status) => From(
        status.Mode,
        status.Owner,
        status.Links,
        ToTicks(status.ChangedSeconds, status.ChangedNanoseconds),
        string.Create(CultureInfo.InvariantCulture, $"{status.DeviceMajor}:{status.DeviceMinor}:{status.Inode}")) with
    {
        Length = status.Length,
        Modified = ToTicks(status.ModifiedSeconds, status.ModifiedNanoseconds),
    };

    private static FileStatus From(in MacStatus status) => From(
        status.Mode,
        status.Owner,
        status.Links,
        ToTicks(status.ChangedSeconds, status.ChangedNanoseconds),
        string.Create(CultureInfo.InvariantCulture, $"{status.Device}:{status.Inode}")) with
    {
        Length = status.Length,
        Modified = ToTicks(status.ModifiedSeconds, status.ModifiedNanoseconds),
    };

    private static FileStatus From(ushort mode, uint owner, long links, long changed, string id) =>
        new((mode & KindMask) == RegularKind, owner == UnixUser.Current, links, changed, id)
        {
            IsFolder = (mode & KindMask) == FolderKind,
            IsLink = (mode & KindMask) == LinkKind,
            IsRoots = owner == 0,
            Permissions = (UnixFileMode)(mode & PermissionMask),
        };

    private static long ToTicks(long seconds, long nanoseconds) =>
        DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) + (nanoseconds / TimeSpan.NanosecondsPerTick);

    private static FileStatus? ReadWindows(SafeFileHandle handle, bool isOwn)
    {
        if (!GetStandardInfo(handle, FileStandardInfo, out StandardInfo standard, Marshal.SizeOf<StandardInfo>()))
        {
            return null;
        }

        bool hasTimes = GetBasicInfo(handle, FileBasicInfo, out BasicInfo basic, Marshal.SizeOf<BasicInfo>());
        bool hasId = GetIdInfo(handle, FileIdInfo, out IdInfo id, Marshal.SizeOf<IdInfo>());
        return new FileStatus(
            (File.GetAttributes(handle) & Irregular) == 0,
            isOwn,
            standard.Links,
            hasTimes ? DateTime.FromFileTimeUtc(basic.ChangeTime).Ticks : 0,
            hasId ? string.Create(CultureInfo.InvariantCulture, $"{id.Volume:x}:{id.High:x16}{id.Low:x16}") : "")
        {
            Length = standard.EndOfFile,
            Modified = hasTimes ? DateTime.FromFileTimeUtc(basic.LastWriteTime).Ticks : 0,
        };
    }

    [SupportedOSPlatform("windows")]
    private static FileStatus? ReadNameOnWindows(string path)
    {
        try
        {
            // Nobody who has it open can forbid that; .NET would ask for reading it, which he can.
            using SafeFileHandle handle = OpenOnWindows(
                path, ReadAttributes, FileShare.ReadWrite | FileShare.Delete, 0, FileMode.Open, NoFollowOnWindows | FoldersToo, 0);
            return handle.IsInvalid ? null : ReadWindows(handle, IsOwnedByUser(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or whose it is may not be read.
            return null;
        }
    }

    // What an administrator makes belongs to the administrators.
    [SupportedOSPlatform("windows")]
    private static bool IsOwnedByUser(string path)
    {
        using WindowsIdentity user = WindowsIdentity.GetCurrent();
        IdentityReference? owner = new FileSecurity(path, AccessControlSections.Owner).GetOwner(typeof(SecurityIdentifier));
        return owner is not null && (owner == user.User || owner == user.Owner);
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(SafeFileHandle file, byte[] path, int flags, uint mask, out LinuxStatus status);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StatxOfName(int folder, byte[] path, int flags, uint mask, out LinuxStatus status);

    [DllImport("libc", EntryPoint = "fstat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fstat(SafeFileHandle file, out MacStatus status);

    [DllImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FstatOnIntel(SafeFileHandle file, out MacStatus status);

    [DllImport("libc", EntryPoint = "lstat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Lstat(byte[] path, out MacStatus status);

    [DllImport("libc", EntryPoint = "lstat$INODE64", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int LstatOnIntel(byte[] path, out MacStatus status);

    [DllImport("kernel32", EntryPoint = "CreateFileW", CharSet = CharSet.Unicode, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern SafeFileHandle OpenOnWindows(
        string path, uint access, FileShare share, nint security, FileMode mode, uint flags, nint template);

    [DllImport("kernel32", EntryPoint = "GetFileInformationByHandleEx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetBasicInfo(SafeFileHandle file, int kind, out BasicInfo info, int size);

    [DllImport("kernel32", EntryPoint = "GetFileInformationByHandleEx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetStandardInfo(SafeFileHandle file, int kind, out StandardInfo info, int size);

    [DllImport("kernel32", EntryPoint = "GetFileInformationByHandleEx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetIdInfo(SafeFileHandle file, int kind, out IdInfo info, int size);

    // struct statx of linux/stat.h, the same on every processor.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct LinuxStatus
    {
        [FieldOffset(16)]
        public readonly uint Links;

        [FieldOffset(20)]
        public readonly uint Owner;

        [FieldOffset(28)]
        public readonly ushort Mode;

        [FieldOffset(32)]
        public readonly ulong Inode;

        [FieldOffset(40)]
        public readonly long Length;

        [FieldOffset(96)]
        public readonly long ChangedSeconds;

        [FieldOffset(104)]
        public readonly uint ChangedNanoseconds;

        [FieldOffset(112)]
        public readonly long ModifiedSeconds;

        [FieldOffset(120)]
        public readonly uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public readonly uint DeviceMajor;

        [FieldOffset(140)]
        public readonly uint DeviceMinor;
    }

    // struct stat of macOS's sys/stat.h, with inodes of 64 bits.
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private readonly struct MacStatus
    {
        [FieldOffset(0)]
        public readonly int Device;

        [FieldOffset(4)]
        public readonly ushort Mode;

        [FieldOffset(6)]
        public readonly ushort Links;

        [FieldOffset(8)]
        public readonly ulong Inode;

        [FieldOffset(16)]
        public readonly uint Owner;

        [FieldOffset(48)]
        public readonly long ModifiedSeconds;

        [FieldOffset(56)]
        public readonly long ModifiedNanoseconds;

        [FieldOffset(64)]
        public readonly long ChangedSeconds;

        [FieldOffset(72)]
        public readonly long ChangedNanoseconds;

        [FieldOffset(96)]
        public readonly long Length;
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

    // FILE_STANDARD_INFO
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct StandardInfo
    {
        public readonly long AllocationSize;
        public readonly long EndOfFile;
        public readonly uint Links;
        public readonly byte DeletePending;
        public readonly byte Directory;
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
