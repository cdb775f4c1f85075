using System.Management.Automation;
using PeerNet.Engine.Core;

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
            return provider.Name == ProviderName
                ? resolved
                : throw PeerErrors.InvalidArgument.Exception($"'{path}' is not a path of the file system.", path);
        }
        catch (SessionStateException missing)
        {
            throw PeerErrors.NotFound.Exception($"'{path}': {missing.Message}", path, missing);
        }
    }

    /// <exception cref="PeerException">The file exists and <paramref name="overwrite"/> is false, or it cannot be written.</exception>
    public static FileInfo Write(string path, ReadOnlySpan<byte> content, bool overwrite)
    {
        string temporary = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            if (Directory.Exists(path))
            {
                throw PeerErrors.AlreadyExists.Exception($"'{path}' is a folder; name a file.", path);
            }

            if (!overwrite && File.Exists(path))
            {
                throw Exists(path);
            }

            using (FileStream stream = Create(temporary))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite);
            return new FileInfo(path);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw PeerErrors.AccessDenied.Exception($"'{path}' cannot be written: {denied.Message}", path, denied);
        }
        catch (DirectoryNotFoundException missing) when (Path.GetDirectoryName(path) is { } folder && !Path.Exists(folder))
        {
            throw PeerErrors.NotFound.Exception($"The folder '{folder}' does not exist; create it first.", path, missing);
        }
        catch (IOException failure)
        {
            throw File.Exists(path) && !overwrite
                ? Exists(path)
                : PeerErrors.WriteFault.Exception($"'{path}' cannot be written: {failure.Message}", path, failure);
        }
        finally
        {
            // Where there is no such folder, deleting throws.
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    private static PeerException Exists(string path) =>
        PeerErrors.AlreadyExists.Exception($"'{path}' exists already; -Force overwrites it.", path);
}
