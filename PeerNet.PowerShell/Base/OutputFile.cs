using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.PowerShell.Base;

/// <summary>Writes a file whole or not at all.</summary>
internal static class OutputFile
{
    /// <summary>The provider of files.</summary>
    public const string ProviderName = "FileSystem";

    /// <summary>The file that a PowerShell path means; it need not exist, and is taken literally.</summary>
    /// <exception cref="PeerException">The path is not one of the file system, or its drive does not exist.</exception>
    public static string Resolve(PSCmdlet cmdlet, string path)
    {
        try
        {
            string resolved = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            return provider.Name != ProviderName
                ? throw PeerErrors.InvalidArgument.Exception($"'{path}' is not a path of the file system.", path)
                : OperatingSystem.IsWindows() && FileNames.IsMisread(Path.GetFileName(resolved))
                ? throw PeerErrors.InvalidArgument.Exception($"'{path}' is a device, or a name that no file can have.", path)
                : resolved;
        }
        catch (SessionStateException missing)
        {
            throw PeerErrors.NotFound.Exception($"'{path}': {missing.Message}", path, missing);
        }
    }

    /// <exception cref="PeerException">The file exists and <paramref name="overwrite"/> is false, or it cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, bool overwrite)
    {
        if (Directory.Exists(path))
        {
            throw PeerErrors.AlreadyExists.Exception($"'{path}' is a folder; name a file.", path);
        }

        if (!overwrite && File.Exists(path))
        {
            throw Exists(path);
        }

        AtomicFile.Write(path, content, isPrivate: true, overwrite);
    }

    private static PeerException Exists(string path) =>
        PeerErrors.AlreadyExists.Exception($"'{path}' exists already; -Force overwrites it.", path);
}
