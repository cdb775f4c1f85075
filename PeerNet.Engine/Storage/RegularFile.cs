using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace PeerNet.Engine.Storage;

/// <summary>
/// Opens files that somebody else has made. Nothing but regular files is opened: a FIFO would hold whoever opens it until
/// somebody writes, and a device may do anything.
/// </summary>
public static class RegularFile
{
    // The same on every processor that .NET runs on.
    private const int NonBlockingOnLinux = 0x800;
    private const int CloseOnExecOnLinux = 0x80000;
    private const int NonBlockingOnMacOS = 0x4;
    private const int CloseOnExecOnMacOS = 0x1000000;

    private const int NotPermitted = 1; // EPERM
    private const int NoEntry = 2; // ENOENT
    private const int Interrupted = 4; // EINTR
    private const int NoDevice = 6; // ENXIO: what opening a socket comes to
    private const int AccessDenied = 13; // EACCES
    private const int NoFolder = 20; // ENOTDIR

    /// <summary>Opens a file to read it while others may write to it, rename it or delete it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read; Windows alone takes the hint.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="IrregularFileException">It is something else than a regular file.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static SafeFileHandle OpenRead(string path, FileOptions options = FileOptions.None) => OpenRead(path, options, out _);

    /// <inheritdoc cref="OpenRead(string, FileOptions)"/>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read; Windows alone takes the hint.</param>
    /// <param name="status">What the system says of it; null where it does not say.</param>
    internal static SafeFileHandle OpenRead(string path, FileOptions options, out FileStatus? status)
    {
        SafeFileHandle handle = OperatingSystem.IsWindows()
            ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, options)
            : OpenWithoutWaiting(Path.GetFullPath(path));
        if (FileStatus.IsRegularFile(handle, out status))
        {
            return handle;
        }

        handle.Dispose();
        throw new IrregularFileException(path);
    }

    // .NET has no way to say that opening must not wait.
    private static SafeFileHandle OpenWithoutWaiting(string path)
    {
        byte[] name = Encoding.UTF8.GetBytes(path + '\0');
        int flags = OperatingSystem.IsMacOS()
            ? NonBlockingOnMacOS | CloseOnExecOnMacOS
            : NonBlockingOnLinux | CloseOnExecOnLinux;
        while (true)
        {
            int file = Open(name, flags);
            if (file >= 0)
            {
                return new SafeFileHandle(file, ownsHandle: true);
            }

            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw Explain(path, error);
            }
        }
    }

    private static Exception Explain(string path, int error)
    {
        string message = $"{Marshal.GetPInvokeErrorMessage(error)}: '{path}'";
        return error switch
        {
            NoEntry or NoFolder => new FileNotFoundException(message, path),
            NotPermitted or AccessDenied => new UnauthorizedAccessException(message),
            NoDevice => new IrregularFileException(path),
            _ => new IOException(message, error),
        };
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);
}
