using System.Management.Automation;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.PowerShell.Base;

/// <summary>Files and folders that a caller names.</summary>
internal static class InputFiles
{
    // As much as is read of XML from others.
    private const long MaximumDocument = 1024 * 1024;

    /// <summary>The files that paths with wildcards, or paths as they are, stand for.</summary>
    public static IEnumerable<string> Find(PSCmdlet cmdlet, IEnumerable<string> paths, IEnumerable<string> literalPaths) =>
        [.. paths.SelectMany(path => Expand(cmdlet, path)), .. literalPaths.Select(path => OutputFile.Resolve(cmdlet, path))];

    /// <summary>Reads a file that should hold a document of XML.</summary>
    /// <param name="path">A full path.</param>
    /// <param name="what">What the file should be, for messages: <c>an invitation</c>.</param>
    /// <exception cref="PeerException">There is no such file, it is too long, or it cannot be read.</exception>
    public static string ReadDocument(string path, string what) =>
        Encoding.UTF8.GetString(Read(path, MaximumDocument, what)).TrimStart('\uFEFF');

    /// <summary>Does something with what came from a file; a failure that names nothing names the file.</summary>
    /// <param name="source">The file, or what else a caller knows the input by.</param>
    /// <param name="use">What to do.</param>
    public static void Use(string source, Action use)
    {
        try
        {
            use();
        }
        catch (PeerException failure) when (failure.Target is null)
        {
            throw failure.Error.Exception($"{source}: {failure.Message}", source, failure);
        }
    }

    /// <summary>What a path with wildcards stands for; an error where a path without them stands for nothing.</summary>
    public static IReadOnlyList<string> Expand(PSCmdlet cmdlet, string path)
    {
        try
        {
            IReadOnlyList<string> found = cmdlet.GetResolvedProviderPathFromPSPath(path, out ProviderInfo provider);
            return provider.Name == OutputFile.ProviderName
                ? found
                : throw PeerErrors.InvalidArgument.Exception($"'{path}' is not a path of the file system.", path);
        }
        catch (PeerException failure)
        {
            cmdlet.WriteError(ErrorRecords.From(failure, path));
            return [];
        }
        catch (SessionStateException missing)
        {
            // No such item, drive or provider.
            cmdlet.WriteError(ErrorRecords.From(PeerErrors.NotFound.Exception(missing.Message, path, missing), path));
            return [];
        }
    }

    /// <summary>Reads a file of bounded length.</summary>
    /// <param name="path">A full path.</param>
    /// <param name="maximumLength">Most bytes that it can have.</param>
    /// <param name="what">What the file should be, for messages: <c>an exported identity</c>.</param>
    /// <exception cref="PeerException">There is no such file, it is too long, or it cannot be read.</exception>
    public static byte[] Read(string path, long maximumLength, string what)
    {
        try
        {
            using SafeFileHandle file = RegularFile.OpenRead(path);
            long length = RandomAccess.GetLength(file);
            if (length > maximumLength)
            {
                throw PeerErrors.InvalidData.Exception($"'{path}' is larger than {what} can be.", path);
            }

            byte[] content = new byte[length];
            return content[..RandomAccess.Read(file, content, 0)];
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw PeerErrors.NotFound.Exception($"There is no file '{path}'.", path, missing);
        }
        catch (IrregularFileException irregular)
        {
            throw PeerErrors.InvalidArgument.Exception(irregular.Message, path, irregular);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw PeerErrors.AccessDenied.Exception($"'{path}' cannot be read: {failure.Message}", path, failure);
        }
    }
}
