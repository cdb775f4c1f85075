using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PeerNet.Engine.Storage;

/// <summary>Gives parts of files back to the disk.</summary>
internal static class SparseFile
{
    private const int KeepSize = 1; // FALLOC_FL_KEEP_SIZE
    private const int PunchHole = 2; // FALLOC_FL_PUNCH_HOLE

    private static readonly byte[] Zeros = new byte[64 * 1024];

    /// <summary>Whether erased parts of files, and parts that never were written, take no room on this platform.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>Makes a part of a file read as zeros, and frees its room where the file system can.</summary>
    public static void Erase(SafeFileHandle file, long offset, long length)
    {
        long end = Math.Min(offset + length, RandomAccess.GetLength(file));
        if (offset >= end || TryPunch(file, offset, end - offset))
        {
            return;
        }

        for (long at = offset; at < end; at += Zeros.Length)
        {
            RandomAccess.Write(file, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, end - at)), at);
        }
    }

    private static bool TryPunch(SafeFileHandle file, long offset, long length)
    {
        if (!IsSupported)
        {
            return false;
        }

        bool isHeld = false;
        try
        {
            file.DangerousAddRef(ref isHeld);
            return Allocate((int)file.DangerousGetHandle(), KeepSize | PunchHole, offset, length) == 0;
        }
        finally
        {
            if (isHeld)
            {
                file.DangerousRelease();
            }
        }
    }

    [DllImport("libc", EntryPoint = "fallocate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Allocate(int descriptor, int mode, long offset, long length);
}
